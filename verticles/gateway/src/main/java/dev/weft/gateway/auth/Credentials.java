package dev.weft.gateway.auth;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Where a request carries its credential. */
public final class Credentials {
  private static final String BEARER = "Bearer ";
  private static final CharSequence API_KEY = HttpHeaders.createOptimized("x-api-key");
  private static final int MAX_LENGTH = 4_096;

  private Credentials() {}

  /**
   * The API key or token of {@code Authorization: Bearer} or else {@code x-api-key}.
   *
   * @throws WeftException {@code gateway:credentials.unauthenticated} when there is none or it is
   *     none of these
   */
  public static String of(MultiMap headers) {
    String authorization = headers.get(HttpHeaders.AUTHORIZATION);
    String credential = authorization == null ? headers.get(API_KEY) : bearer(authorization);
    if (credential == null || credential.isEmpty() || credential.length() > MAX_LENGTH) {
      throw WeftError.of(
              "gateway:credentials",
              Reason.UNAUTHENTICATED,
              authorization == null && credential == null
                  ? "No API key given. Send one in the header 'Authorization: Bearer <key>'."
                  : "The Authorization header carries no API key. Send 'Authorization: Bearer"
                      + " <key>'.")
          .exception();
    }
    return credential;
  }

  private static @Nullable String bearer(String authorization) {
    return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }
}

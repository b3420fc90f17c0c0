package dev.weft.mesh;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signed identities of the simplest kind: {@code tenant|subject|scopes|expiry|signature}. */
public final class TestIdentities implements IdentityVerifier {
  private static final byte[] KEY = "test key".getBytes(StandardCharsets.UTF_8);

  private final Map<String, Identity> remembered = new ConcurrentHashMap<>();
  final AtomicInteger verified = new AtomicInteger();

  static String token(String tenant, String subject, String... scopes) {
    return token(System.currentTimeMillis() + 60_000, tenant, subject, scopes);
  }

  static String token(long expiresAt, String tenant, String subject, String... scopes) {
    String body = String.join("|", tenant, subject, String.join(",", scopes), "" + expiresAt);
    return body + "|" + sign(body);
  }

  @Override
  public @Nullable Identity remembered(String token) {
    return remembered.get(token);
  }

  @Override
  public Future<Identity> verify(String token) {
    verified.incrementAndGet();
    String[] parts = token.split("\\|", -1);
    if (parts.length != 5
        || !sign(token.substring(0, token.lastIndexOf('|'))).equals(parts[4])
        || Long.parseLong(parts[3]) < System.currentTimeMillis()) {
      return Future.failedFuture(
          WeftError.of("mesh:identity", Reason.UNAUTHENTICATED, "Not a valid identity.")
              .exception());
    }
    Identity identity = new Identity(parts[0], parts[1], Set.of(parts[2].split(",")), "");
    remembered.put(token, identity);
    return Future.succeededFuture(identity);
  }

  private static String sign(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

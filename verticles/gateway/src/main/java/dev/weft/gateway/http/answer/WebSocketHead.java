package dev.weft.gateway.http.answer;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;

/** A request that asks for a WebSocket (RFC 6455 section 4.2.1). */
final class WebSocketHead {
  private static final String WEBSOCKET = "websocket";
  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;

  /** Whether it asks for one, well-formed or not. Over HTTP/2 the header means nothing. */
  static boolean isAsked(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1
        && request.headers().contains(HttpHeaders.UPGRADE)
        && names(request.headers(), HttpHeaders.UPGRADE, WEBSOCKET);
  }

  /**
   * Refuses what is none.
   *
   * @throws WeftException see {@link Exchange#upgrade}
   */
  static void check(HttpServerRequest request, HttpServerResponse response) {
    MultiMap headers = request.headers();
    if (!request.method().equals(HttpMethod.GET)) {
      throw invalid("A WebSocket is asked for by the method GET.");
    }
    if (hasBody(request)) {
      throw invalid("A request for a WebSocket has no body.");
    }
    if (!names(headers, HttpHeaders.CONNECTION, "upgrade")) {
      throw invalid("The header connection does not say 'upgrade', as one for a WebSocket has to.");
    }
    if (!VERSION.equals(only(headers, HeaderNames.WEBSOCKET_VERSION))) {
      response.putHeader(HeaderNames.WEBSOCKET_VERSION, VERSION);
      throw WeftError.of(
              "gateway:websocket.version",
              Reason.INVALID,
              "The header sec-websocket-version has to be 13.")
          .exception();
    }
    if (!isKey(only(headers, HeaderNames.WEBSOCKET_KEY))) {
      throw invalid("The header sec-websocket-key is not 16 bytes in base64.");
    }
  }

  static boolean hasBody(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** The value of a header that is there once; else empty. */
  private static String only(MultiMap headers, CharSequence name) {
    var all = headers.getAll(name);
    return all.size() == 1 ? all.getFirst().strip() : "";
  }

  private static boolean isKey(String text) {
    try {
      return Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean names(MultiMap headers, CharSequence name, String token) {
    for (String value : headers.getAll(name)) {
      for (String part : value.split(",", -1)) {
        if (part.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static WeftException invalid(String why) {
    return WeftError.of("gateway:websocket", Reason.INVALID, why).exception();
  }

  private WebSocketHead() {}
}

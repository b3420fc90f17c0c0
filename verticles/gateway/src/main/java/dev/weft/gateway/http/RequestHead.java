package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.json.Utf8;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of every request's URL and headers, whatever it asks for: one host, one credential
 * of a kind, and text that is text. Of HTTP/1.1 the bytes were checked before ({@code framing}); of
 * HTTP/2 the decoder checks names and pseudo-headers, and the rest is done here.
 */
final class RequestHead {
  private static final List<CharSequence> AT_MOST_ONCE =
      List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.createOptimized("x-api-key"));

  private static final String NO_SLASH = "The URL of the request does not begin with a slash.";

  /** The fault to be answered before the connection is closed; null when all is in order. */
  static @Nullable WeftError fault(HttpServerRequest request) {
    MultiMap headers = request.headers();
    boolean http2 = request.version() == HttpVersion.HTTP_2;
    String uri = request.uri();
    String message = http2 ? ofValues(headers) : null;
    if (message == null) {
      message =
          request.method().equals(HttpMethod.CONNECT)
              ? "This server is no proxy: it has no method CONNECT."
              : ofHost(request, headers, http2);
    }
    for (CharSequence name : AT_MOST_ONCE) {
      if (message == null && headers.contains(name) && headers.getAll(name).size() > 1) {
        message = "The header " + name + " is given more than once.";
      }
    }
    if (message == null && uri != null) {
      message = ofUri(uri);
    }
    return message == null ? null : WeftError.of("gateway:request", Reason.INVALID, message);
  }

  private static @Nullable String ofHost(
      HttpServerRequest request, MultiMap headers, boolean http2) {
    List<String> hosts =
        headers.contains(HttpHeaders.HOST) ? headers.getAll(HttpHeaders.HOST) : List.of();
    if (hosts.size() > 1) {
      return "The header host is given more than once.";
    }
    HostAndPort authority = authority(request);
    if (authority == null || authority.host().isEmpty()) {
      return request.version() == HttpVersion.HTTP_1_0 && hosts.isEmpty()
          ? null
          : "The request names no host, or none that is well-formed.";
    }
    String uri = request.uri();
    if (uri != null && !uri.startsWith("/") && !uri.equals("*")) {
      return http2 || absoluteAuthority(uri) == null ? NO_SLASH : null;
    }
    if (http2 && !hosts.isEmpty() && !hosts.getFirst().equalsIgnoreCase(authority.toString())) {
      return "The header host is not the request's authority.";
    }
    return null;
  }

  /**
   * The host a request is for: that of a whole URL in the request line, whatever the header says
   * (RFC 9112 section 3.2.2), else the header's or the pseudo-header's. Null when there is none.
   */
  static @Nullable HostAndPort authority(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    String uri = request.uri();
    if (authority == null || uri == null || uri.startsWith("/") || uri.equals("*")) {
      return authority;
    }
    String absolute = absoluteAuthority(uri);
    return absolute == null ? authority : HostAndPort.parseAuthority(absolute, -1);
  }

  private static @Nullable String absoluteAuthority(String uri) {
    int scheme = uri.indexOf("://");
    String name = scheme < 0 ? "" : uri.substring(0, scheme);
    if (!name.equalsIgnoreCase("http") && !name.equalsIgnoreCase("https")) {
      return null;
    }
    int from = scheme + 3;
    int to = from;
    while (to < uri.length() && "/?#".indexOf(uri.charAt(to)) < 0) {
      to++;
    }
    return uri.substring(from, to);
  }

  /** What a value of HTTP/1.1 cannot hold either. */
  private static @Nullable String ofValues(MultiMap headers) {
    for (Map.Entry<String, String> header : headers) {
      String value = header.getValue();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if ((c < ' ' && c != '\t') || c == 0x7f) {
          return "A header holds a control character.";
        }
      }
    }
    return null;
  }

  /**
   * Text in a URL is percent-encoded UTF-8. Decoders replace what is not, and two names would
   * become one.
   */
  private static @Nullable String ofUri(String uri) {
    boolean encoded = false;
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return "The URL holds something else than ASCII characters: percent-encode it as UTF-8.";
      }
      encoded |= c == '%';
    }
    return encoded ? ofEncoded(uri) : null;
  }

  /** A percent sign without two digits is left to whoever decodes that part. */
  private static @Nullable String ofEncoded(String uri) {
    byte[] decoded = new byte[uri.length()];
    int length = 0;
    for (int i = 0; i < uri.length(); i++) {
      int c = uri.charAt(i);
      if (c == '%' && i + 2 < uri.length()) {
        int high = Character.digit(uri.charAt(i + 1), 16);
        int low = Character.digit(uri.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          c = high << 4 | low;
          i += 2;
        }
      }
      if (c == 0) {
        return "The URL holds the character NUL (%00), which is no text that can be kept.";
      }
      decoded[length++] = (byte) c;
    }
    return Utf8.isValid(decoded, 0, length)
        ? null
        : "What is percent-encoded in the URL is not valid UTF-8.";
  }

  private RequestHead() {}
}

package dev.weft.node.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy for calls to the outside. Holds a password: {@link #toString()} leaves it out.
 *
 * @param socks whether it is SOCKS 5; else HTTP with CONNECT
 * @param user empty for none
 * @param password empty for none
 */
public record ProxyAddress(boolean socks, String host, int port, String user, String password) {

  private static final String FORM = "http://user:password@host:3128";
  private static final int HTTP_PORT = 3_128;
  private static final int SOCKS_PORT = 1_080;

  /**
   * Reads {@code http://user:password@host:port}, {@code socks5://…}, or {@code host:port}.
   *
   * @throws IllegalArgumentException saying what is wrong, without the address itself
   */
  public static ProxyAddress parse(String text) {
    String stripped = text.strip();
    String full = stripped.contains("://") ? stripped : "http://" + stripped;
    URI uri;
    try {
      uri = new URI(full);
    } catch (URISyntaxException e) {
      // The exception's own text would show the password.
      throw new IllegalArgumentException(
          "must be an address like "
              + FORM
              + "; special characters in the password must be written as %40 (@), %3A (:), %2F (/)",
          null);
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    boolean socks = scheme.equals("socks5") || scheme.equals("socks5h");
    if (!socks && !scheme.equals("http")) {
      throw new IllegalArgumentException(
          "must begin with http:// or socks5://, but begins with " + scheme + "://");
    }
    String host = uri.getHost();
    String path = uri.getRawPath();
    boolean more = !(path.isEmpty() || path.equals("/")) || uri.getRawQuery() != null;
    if (host == null || host.isEmpty() || more || uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new IllegalArgumentException("must be an address like " + FORM);
    }
    String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    int colon = user.indexOf(':');
    return new ProxyAddress(
        socks,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() > 0 ? uri.getPort() : socks ? SOCKS_PORT : HTTP_PORT,
        decoded(colon < 0 ? user : user.substring(0, colon)),
        colon < 0 ? "" : decoded(user.substring(colon + 1)));
  }

  /** What is wrong with a text, or null; nothing is when it is empty. */
  static @Nullable String problem(String text) {
    if (text.isBlank()) {
      return null;
    }
    try {
      parse(text);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static String decoded(String text) {
    // Only percent signs mean something here; the decoder would make spaces of plus signs.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

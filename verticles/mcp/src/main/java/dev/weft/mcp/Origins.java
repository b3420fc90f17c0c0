package dev.weft.mcp;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Web origins that may use the endpoint. The protocol asks servers to check them, so that a page
 * somebody happens to visit cannot talk to a server on their machine by DNS rebinding.
 */
final class Origins {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private final List<String> allowed;

  /**
   * @param allowed origins as browsers send them, beside those of this machine
   */
  Origins(List<String> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Whether a request with this {@code Origin} is let in; one without any comes from no browser.
   */
  boolean allows(@Nullable String origin) {
    if (origin == null || allowed.contains(origin)) {
      return true;
    }
    try {
      URI uri = new URI(origin);
      return uri.getHost() != null
          && uri.getUserInfo() == null
          && THIS_MACHINE.contains(uri.getHost());
    } catch (URISyntaxException e) {
      return false;
    }
  }
}

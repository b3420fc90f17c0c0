package dev.weft.gateway.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of a route, compared with a request's path as it stands on the wire. Only what matched a
 * variable is decoded, and only after the path was cut into segments: an encoded slash, dot or
 * question mark is part of a value and nothing else. Immutable.
 */
final class PathTemplate {
  private final String text;
  private final String[] segments;
  private final boolean exact;
  private final boolean openEnded;

  /**
   * @param text path with {@code {name}} for one segment and, at the end, {@code {name...}} for all
   *     that follow
   */
  PathTemplate(String text) {
    this.text = text;
    this.segments = text.substring(1).split("/", -1);
    this.exact = text.indexOf('{') < 0;
    this.openEnded = text.endsWith("...}");
  }

  String text() {
    return text;
  }

  /** Whether it has no variables. */
  boolean exact() {
    return exact;
  }

  /**
   * How many paths it may take, for comparison: where two take the same path, the one that says
   * more of it has the lower number.
   */
  int breadth() {
    int variables = 0;
    for (String segment : segments) {
      variables += segment.startsWith("{") ? 1 : 0;
    }
    return openEnded ? Integer.MAX_VALUE : variables;
  }

  /**
   * A regular expression that every path matches which {@link #match} takes. It has no groups:
   * vertx-web would add their values to the parameters of the query.
   */
  String regex() {
    StringBuilder out = new StringBuilder("(?s)");
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      out.append('/')
          .append(
              !segments[i].startsWith("{")
                  ? Pattern.quote(segments[i])
                  : last && openEnded ? ".++" : "[^/]++");
    }
    return out.toString();
  }

  /** The variables' values; null when it is another path or an encoding in it is malformed. */
  @Nullable Map<String, String> match(String path) {
    if (exact) {
      return path.equals(text) ? Map.of() : null;
    }
    if (!path.startsWith("/")) {
      return null;
    }
    String[] given = path.substring(1).split("/", openEnded ? segments.length : -1);
    if (given.length != segments.length) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      if (!segment.startsWith("{")) {
        if (!segment.equals(given[i])) {
          return null;
        }
        continue;
      }
      String value = decode(given[i]);
      if (value == null || value.isEmpty()) {
        return null;
      }
      String name = segment.substring(1, segment.length() - 1);
      variables.put(name.endsWith("...") ? name.substring(0, name.length() - 3) : name, value);
    }
    return variables;
  }

  /** Percent-decodes; a plus stays one, as in any path. Null when it is malformed. */
  private static @Nullable String decode(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

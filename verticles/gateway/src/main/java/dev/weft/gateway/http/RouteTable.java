package dev.weft.gateway.http;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request. Paths without variables are one look-up; the others are compared
 * segment by segment, in the order they were given. Immutable.
 */
public final class RouteTable {
  private final Map<String, Map<HttpMethod, Route>> exact = new HashMap<>();
  private final List<Template> templates = new ArrayList<>();

  public RouteTable(List<Route> routes) {
    Map<String, Template> byText = new LinkedHashMap<>();
    for (Route route : routes) {
      Map<HttpMethod, Route> methods =
          route.template().indexOf('{') < 0
              ? exact.computeIfAbsent(route.template(), path -> new HashMap<>())
              : byText.computeIfAbsent(route.template(), Template::new).methods;
      if (methods.put(route.method(), route) != null) {
        throw new IllegalArgumentException(route.method() + " " + route.template() + " twice");
      }
    }
    templates.addAll(byText.values());
  }

  /** What was found for a path: its routes by method, and the variables' values, decoded. */
  public record Match(Map<HttpMethod, Route> methods, Map<String, String> variables) {
    /** The route for the method; a GET route also answers HEAD. Null when there is none. */
    public @Nullable Route route(HttpMethod method) {
      Route route = methods.get(method);
      return route == null && method.equals(HttpMethod.HEAD) ? methods.get(HttpMethod.GET) : route;
    }

    /** The value of {@code Allow}. */
    public String allowed() {
      Set<String> names = new LinkedHashSet<>();
      methods.keySet().stream().map(HttpMethod::name).sorted().forEach(names::add);
      return String.join(", ", names);
    }
  }

  /** Finds the routes of a path as it stands in the request line; null when there are none. */
  public @Nullable Match match(String path) {
    Map<HttpMethod, Route> methods = exact.get(path);
    if (methods != null) {
      return new Match(methods, Map.of());
    }
    for (Template template : templates) {
      Map<String, String> variables = template.match(path);
      if (variables != null) {
        return new Match(template.methods, variables);
      }
    }
    return null;
  }

  private static final class Template {
    private final Map<HttpMethod, Route> methods = new HashMap<>();
    private final String[] segments;
    private final boolean openEnded;

    Template(String text) {
      segments = text.substring(1).split("/", -1);
      openEnded = text.endsWith("...}");
    }

    @Nullable Map<String, String> match(String path) {
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
}

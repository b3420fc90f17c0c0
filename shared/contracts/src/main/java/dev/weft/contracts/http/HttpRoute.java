package dev.weft.contracts.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.UnaryEndpoint;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that the gateway answers: where it is, what it calls, and what the API reference says.
 *
 * @param id unique name of the operation: {@code createCollection}
 * @param method HTTP method
 * @param path template, with {@code {name}} for one segment and, at the end, {@code {name...}} for
 *     all that follow
 * @param binding what is called and how
 * @param body which body is read
 * @param secret whether nothing on the way may keep the answer
 * @param text what the API reference says
 */
public record HttpRoute(
    String id, Method method, String path, Binding binding, Body body, boolean secret, Text text) {

  private static final Pattern ID = Pattern.compile("[a-z][A-Za-z]*");
  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)(\\.\\.\\.)?}");

  /** Methods of HTTP that routes have. */
  public enum Method {
    GET,
    POST,
    PUT,
    DELETE;

    /** As in an OpenAPI document: lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which body is read, and by which setting it is bounded. */
  public enum Body {
    /** None. */
    NONE,
    /** Read as fields, or as arguments of an object: at most {@code gateway.maxFieldsBytes}. */
    FIELDS,
    /** At most {@code gateway.maxBodyBytes}. */
    REQUEST,
    /** At most {@code gateway.maxDocumentBytes}. */
    DOCUMENT
  }

  /**
   * What the API reference says of a route.
   *
   * @param summary in a few words
   * @param description more, in Markdown; may be empty. The scope is added by itself
   * @param answer what comes back after success
   * @param example of a JSON body; empty for none
   * @param operation resource beside the contract with the OpenAPI operations of the path by
   *     method, where records do not say what bodies look like; empty for none
   * @param failures what can fail beyond what the route itself tells: the path, the body, the scope
   */
  public record Text(
      String summary,
      String description,
      String answer,
      String example,
      String operation,
      List<Reason> failures) {
    public Text {
      failures = List.copyOf(failures);
    }
  }

  public HttpRoute {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("'" + id + "' is no operation id");
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(id + ": the path does not begin with a slash");
    }
  }

  public static HttpRoute get(String id, String path, UnaryEndpoint<?, ?> endpoint) {
    return of(id, Method.GET, path, new Binding.Fields(endpoint), Body.NONE);
  }

  public static HttpRoute post(String id, String path, UnaryEndpoint<?, ?> endpoint) {
    return of(id, Method.POST, path, new Binding.Fields(endpoint), Body.FIELDS);
  }

  public static HttpRoute put(String id, String path, UnaryEndpoint<?, ?> endpoint) {
    return of(id, Method.PUT, path, new Binding.Fields(endpoint), Body.FIELDS);
  }

  public static HttpRoute delete(String id, String path, UnaryEndpoint<?, ?> endpoint) {
    return of(id, Method.DELETE, path, new Binding.Fields(endpoint), Body.NONE);
  }

  /** A route with a binding of its own; it says nothing yet. */
  public static HttpRoute of(String id, Method method, String path, Binding binding, Body body) {
    return new HttpRoute(
        id, method, path, binding, body, false, new Text("", "", "", "", "", List.of()));
  }

  /** The same route with its page text: a summary, and what comes back after success. */
  public HttpRoute says(String summary, String answer) {
    return with(
        new Text(summary, text.description, answer, text.example, text.operation, text.failures));
  }

  /** The same route with more text, in Markdown. */
  public HttpRoute describedAs(String description) {
    return with(
        new Text(
            text.summary, description, text.answer, text.example, text.operation, text.failures));
  }

  /** The same route with an example of its JSON body. */
  public HttpRoute withExample(String json) {
    return with(
        new Text(text.summary, text.description, text.answer, json, text.operation, text.failures));
  }

  /**
   * The same route, described by a resource with OpenAPI operations by method ({@code {"post":
   * {...}}}) and, at {@code components}, the schemas they name.
   *
   * @param operation absolute name of the resource
   */
  public HttpRoute withOperation(String operation) {
    return with(
        new Text(
            text.summary, text.description, text.answer, text.example, operation, text.failures));
  }

  /** The same route with failures that the route itself does not tell. */
  public HttpRoute failsWith(Reason... failures) {
    return with(
        new Text(
            text.summary,
            text.description,
            text.answer,
            text.example,
            text.operation,
            List.of(failures)));
  }

  /** The same route, for bodies that carry a document. */
  public HttpRoute takingDocuments() {
    return new HttpRoute(id, method, path, binding, Body.DOCUMENT, secret, text);
  }

  /** The same route; nothing on the way may keep the answer. */
  public HttpRoute asSecret() {
    return new HttpRoute(id, method, path, binding, body, true, text);
  }

  /** Names of the path's variables, in their order. */
  public List<String> variables() {
    return VARIABLE.matcher(path).results().map(found -> found.group(1)).toList();
  }

  /** The path as OpenAPI writes it: all that follow are one variable too. */
  public String plainPath() {
    Matcher matcher = VARIABLE.matcher(path);
    return matcher.replaceAll(found -> "{" + found.group(1) + "}");
  }

  private HttpRoute with(Text newText) {
    return new HttpRoute(id, method, path, binding, body, secret, newText);
  }
}

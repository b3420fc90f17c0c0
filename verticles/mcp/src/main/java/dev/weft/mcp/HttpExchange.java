package dev.weft.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.http.RelayedReply;
import dev.weft.contracts.http.RelayedRequest;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import dev.weft.mcp.protocol.Revision;
import dev.weft.mcp.protocol.RpcException;
import dev.weft.mcp.protocol.RpcMessage;
import dev.weft.mcp.protocol.RpcMessage.Kind;
import dev.weft.mcp.session.Session;
import dev.weft.mcp.session.Sessions;
import dev.weft.mesh.CallContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Streamable HTTP transport, revisions 2025-03-26 to 2025-11-25: one answer in JSON for each
 * POST, no stream from the server. Who may call, and from which web pages, is the gateway's
 * business. Straight code for virtual threads, used from one verticle.
 */
final class HttpExchange {
  static final String SESSION_HEADER = "mcp-session-id";
  static final String REVISION_HEADER = "mcp-protocol-version";

  /** Longest body that is read, in characters. */
  static final int LONGEST_BODY = 1024 * 1024;

  private static final int LONGEST_BATCH = 50;
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private final McpMethods methods;
  private final Sessions sessions;

  HttpExchange(McpMethods methods, Sessions sessions) {
    this.methods = methods;
    this.sessions = sessions;
  }

  /** A request that ends with an HTTP status of its own and a JSON-RPC error that says why. */
  private static final class Refusal extends Exception {
    private final int status;
    private final int code;
    private final @Nullable JsonNode id;

    Refusal(int status, int code, @Nullable JsonNode id, String message) {
      super(message, null, false, false);
      this.status = status;
      this.code = code;
      this.id = id;
    }

    /**
     * A client waits for the answer with its request's id, so it gets that whatever the request was
     * refused for, when its body can be read.
     */
    RelayedReply replyTo(RelayedRequest request) {
      JsonNode answered = id == null ? readableId(request.body()) : id;
      return json(status, RpcMessage.error(answered, code, String.valueOf(getMessage())));
    }
  }

  /** The reply to a request of the call's principal. */
  RelayedReply answer(RelayedRequest request, CallContext context) {
    try {
      return switch (request.method()) {
        case "POST" -> post(request, context);
        case "DELETE" -> {
          sessions.end(session(request, context, null));
          yield new RelayedReply(204, Map.of(), "");
        }
        default -> notAllowed(request.method());
      };
    } catch (Refusal e) {
      return e.replyTo(request);
    }
  }

  private static RelayedReply notAllowed(String method) {
    String what =
        method.equals("GET")
            ? "This server sends no messages of its own accord: there is no stream to open."
            : "Only POST and DELETE are understood here.";
    return new RelayedReply(
        405,
        Map.of("content-type", "application/json", "allow", "POST, DELETE"),
        RpcMessage.error(null, RpcException.BAD_EXCHANGE, what).toString());
  }

  private RelayedReply post(RelayedRequest request, CallContext context) throws Refusal {
    checkHeaders(request);
    JsonNode body = parse(request.body());
    if (body instanceof ArrayNode batch) {
      return answerBatch(batch, session(request, context, null), context);
    }
    RpcMessage message;
    try {
      message = RpcMessage.read(body);
    } catch (RpcException e) {
      throw new Refusal(400, e.code(), RpcMessage.idOf(body), e.text());
    }
    JsonNode id = message.id();
    if (id != null && message.kind() == Kind.REQUEST && message.method().equals("initialize")) {
      return initialize(id, message.params(), context);
    }
    session(request, context, id);
    return message.kind() == Kind.REQUEST
        ? json(200, methods.answer(message, context))
        : new RelayedReply(202, Map.of(), "");
  }

  private RelayedReply initialize(JsonNode id, ObjectNode params, CallContext context) {
    try {
      ObjectNode result = methods.initialize(params);
      Session session =
          sessions.begin(context.caller(), result.path("protocolVersion").textValue());
      return new RelayedReply(
          200,
          Map.of("content-type", "application/json", SESSION_HEADER, session.id()),
          RpcMessage.result(id, result).toString());
    } catch (RpcException e) {
      return json(200, RpcMessage.error(id, e.code(), e.text()));
    }
  }

  private RelayedReply answerBatch(ArrayNode batch, Session session, CallContext context)
      throws Refusal {
    if (!Revision.hasBatches(session.revision())) {
      throw new Refusal(
          400,
          RpcException.INVALID_REQUEST,
          null,
          "Invalid request: revision " + session.revision() + " has no batches.");
    }
    if (batch.isEmpty() || batch.size() > LONGEST_BATCH) {
      throw new Refusal(
          400,
          RpcException.INVALID_REQUEST,
          null,
          "Invalid request: a batch has 1 to " + LONGEST_BATCH + " messages.");
    }
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    for (JsonNode one : batch) {
      try {
        RpcMessage message = RpcMessage.read(one);
        if (message.kind() == Kind.REQUEST) {
          answers.add(methods.answer(message, context));
        }
      } catch (RpcException e) {
        answers.add(RpcMessage.error(RpcMessage.idOf(one), e.code(), e.text()));
      }
    }
    return answers.isEmpty() ? new RelayedReply(202, Map.of(), "") : json(200, answers);
  }

  /** The caller's session of the request, now used. */
  private Session session(RelayedRequest request, CallContext context, @Nullable JsonNode id)
      throws Refusal {
    String asked = request.headers().get(SESSION_HEADER);
    if (asked == null || asked.isEmpty()) {
      throw new Refusal(
          400,
          RpcException.BAD_EXCHANGE,
          id,
          "The header Mcp-Session-Id is missing: send initialize first and then its session id.");
    }
    Optional<Session> session = sessions.use(context.caller(), asked);
    return session.orElseThrow(
        () ->
            new Refusal(
                404,
                RpcException.SESSION_NOT_FOUND,
                id,
                "There is no such session (any more): initialize anew."));
  }

  private static void checkHeaders(RelayedRequest request) throws Refusal {
    if (request.body().length() > LONGEST_BODY) {
      throw refusal(413, "The body is longer than " + LONGEST_BODY + " characters.");
    }
    if (!mediaType(request.headers().get("content-type")).equals("application/json")) {
      throw refusal(415, "Content-Type must be application/json.");
    }
    if (!acceptsJson(request.headers().get("accept"))) {
      throw refusal(406, "Accept must allow application/json (and text/event-stream).");
    }
    String revision = request.headers().get(REVISION_HEADER);
    if (revision != null && !Revision.SUPPORTED.contains(revision)) {
      throw refusal(
          400, "Unsupported MCP-Protocol-Version; supported are " + Revision.SUPPORTED + ".");
    }
  }

  private static boolean acceptsJson(@Nullable String accept) {
    if (accept == null || accept.isBlank()) {
      return true;
    }
    for (String range : accept.split(",", -1)) {
      String type = mediaType(range);
      if (type.equals("application/json") || type.equals("application/*") || type.equals("*/*")) {
        return true;
      }
    }
    return false;
  }

  /** A media type without parameters, in lower case. */
  private static String mediaType(@Nullable String header) {
    if (header == null) {
      return "";
    }
    int end = header.indexOf(';');
    return (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  private static JsonNode parse(String body) throws Refusal {
    String what;
    try {
      JsonNode json = Json.strictTree(body.getBytes(StandardCharsets.UTF_8));
      if (!json.isMissingNode()) {
        return json;
      }
      what = "The body must not be empty.";
    } catch (IOException e) {
      what = JsonFaults.describe(e).message();
    }
    throw new Refusal(400, RpcException.PARSE_ERROR, null, "Parse error: " + what);
  }

  private static @Nullable JsonNode readableId(String body) {
    if (body.length() > LONGEST_BODY) {
      return null;
    }
    try {
      return RpcMessage.idOf(Json.strictTree(body.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      return null;
    }
  }

  private static Refusal refusal(int status, String message) {
    return new Refusal(status, RpcException.BAD_EXCHANGE, null, message);
  }

  private static RelayedReply json(int status, JsonNode body) {
    return new RelayedReply(status, JSON, body.toString());
  }
}

package dev.weft.mcp.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC 2.0 message from a client.
 *
 * @param kind what it is
 * @param id a string or whole number as the client wrote it; null for notifications
 * @param method what is asked; empty for responses
 * @param params the parameters; empty when there are none
 */
public record RpcMessage(Kind kind, @Nullable JsonNode id, String method, ObjectNode params) {

  /** Kinds of messages. */
  public enum Kind {
    REQUEST,
    NOTIFICATION,
    RESPONSE
  }

  /**
   * Reads a message.
   *
   * @throws RpcException {@link RpcException#INVALID_REQUEST}
   */
  public static RpcMessage read(JsonNode json) throws RpcException {
    if (!json.isObject()) {
      throw invalid("a message must be a JSON object");
    }
    if (!json.path("jsonrpc").asText().equals("2.0")) {
      throw invalid("'jsonrpc' must be \"2.0\"");
    }
    JsonNode id = json.get("id");
    if (id != null && !id.isTextual() && !id.isIntegralNumber()) {
      throw invalid("'id' must be a string or a whole number");
    }
    JsonNode method = json.get("method");
    if (method == null) {
      if (id != null && json.has("result") != json.has("error")) {
        return new RpcMessage(Kind.RESPONSE, id, "", JsonNodeFactory.instance.objectNode());
      }
      throw invalid("there is no 'method'");
    }
    if (!method.isTextual()) {
      throw invalid("'method' must be a string");
    }
    Kind kind = id == null ? Kind.NOTIFICATION : Kind.REQUEST;
    return new RpcMessage(kind, id, method.textValue(), params(json));
  }

  /** The id of what may not even be a message, for the error that answers it. */
  public static @Nullable JsonNode idOf(JsonNode json) {
    JsonNode id = json.get("id");
    return id != null && (id.isTextual() || id.isIntegralNumber()) ? id : null;
  }

  private static ObjectNode params(JsonNode json) throws RpcException {
    JsonNode params = json.get("params");
    if (params == null || params.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (params instanceof ObjectNode object) {
      return object;
    }
    throw invalid("'params' must be an object");
  }

  private static RpcException invalid(String what) {
    return new RpcException(RpcException.INVALID_REQUEST, "Invalid request: " + what + ".");
  }

  /** The answer to a request that went well. */
  public static ObjectNode result(JsonNode id, ObjectNode result) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("jsonrpc", "2.0");
    answer.set("id", id);
    answer.set("result", result);
    return answer;
  }

  /**
   * The answer to a request that did not.
   *
   * @param id null when the request's could not be read
   */
  public static ObjectNode error(@Nullable JsonNode id, int code, String message) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("jsonrpc", "2.0");
    answer.set("id", id == null ? JsonNodeFactory.instance.nullNode() : id);
    answer.putObject("error").put("code", code).put("message", message);
    return answer;
  }
}

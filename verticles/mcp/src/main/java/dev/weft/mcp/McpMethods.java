package dev.weft.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.WeftException;
import dev.weft.mcp.protocol.Revision;
import dev.weft.mcp.protocol.RpcException;
import dev.weft.mcp.protocol.RpcMessage;
import dev.weft.mcp.tools.Tool;
import dev.weft.mcp.tools.ToolFailure;
import dev.weft.mesh.CallContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The methods of the protocol. Straight code for virtual threads. */
final class McpMethods {
  private static final Logger log = LoggerFactory.getLogger(McpMethods.class);

  private final String version;
  private final Map<String, Tool> tools = new LinkedHashMap<>();

  /**
   * @param version of this software
   * @param tools in the order they are listed
   */
  McpMethods(String version, List<Tool> tools) {
    this.version = version;
    tools.forEach(tool -> this.tools.put(tool.name(), tool));
  }

  /**
   * The result of {@code initialize}.
   *
   * @throws RpcException {@link RpcException#INVALID_PARAMS}
   */
  ObjectNode initialize(ObjectNode params) throws RpcException {
    if (!params.path("protocolVersion").isTextual()) {
      throw badParams("'protocolVersion' must be a string");
    }
    if (!params.path("capabilities").isObject()) {
      throw badParams("'capabilities' must be an object");
    }
    JsonNode client = params.path("clientInfo");
    if (!client.path("name").isTextual() || !client.path("version").isTextual()) {
      throw badParams("'clientInfo' must be an object with 'name' and 'version'");
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("protocolVersion", Revision.negotiate(params.path("protocolVersion").textValue()));
    result.putObject("capabilities").putObject("tools");
    result.putObject("serverInfo").put("name", "weft").put("title", "Weft").put("version", version);
    result.put(
        "instructions",
        "Weft's tools. rag_collections lists the user's collections of documents, rag_search"
            + " searches one.");
    return result;
  }

  /** The answer to any request but {@code initialize}. */
  ObjectNode answer(RpcMessage request, CallContext context) {
    JsonNode id = Objects.requireNonNull(request.id(), "a request has an id");
    try {
      ObjectNode result =
          switch (request.method()) {
            case "ping" -> JsonNodeFactory.instance.objectNode();
            case "tools/list" -> listTools(request.params());
            case "tools/call" -> callTool(request.params(), context);
            default ->
                throw new RpcException(
                    RpcException.METHOD_NOT_FOUND, "Method not found: " + shown(request.method()));
          };
      return RpcMessage.result(id, result);
    } catch (RpcException e) {
      return RpcMessage.error(id, e.code(), e.text());
    } catch (RuntimeException e) {
      log.atError().addKeyValue("method", request.method()).setCause(e).log("a method failed");
      return RpcMessage.error(id, RpcException.INTERNAL_ERROR, "Internal error");
    }
  }

  private ObjectNode listTools(ObjectNode params) throws RpcException {
    JsonNode cursor = params.get("cursor");
    if (cursor != null && !cursor.isNull()) {
      throw badParams("'cursor' is none that was given out: the list has one page");
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode list = result.putArray("tools");
    tools.values().forEach(tool -> list.add(tool.description()));
    return result;
  }

  private ObjectNode callTool(ObjectNode params, CallContext context) throws RpcException {
    JsonNode name = params.path("name");
    if (!name.isTextual()) {
      throw badParams("'name' must be a string");
    }
    Tool tool = tools.get(name.textValue());
    if (tool == null) {
      throw badParams("Unknown tool: " + shown(name.textValue()));
    }
    JsonNode arguments = params.path("arguments");
    if (!arguments.isMissingNode() && !arguments.isNull() && !arguments.isObject()) {
      throw badParams("'arguments' must be an object");
    }
    try {
      ObjectNode content =
          tool.call(
              arguments instanceof ObjectNode object
                  ? object
                  : JsonNodeFactory.instance.objectNode(),
              context);
      ObjectNode result = toolResult(content.toString(), false);
      result.set("structuredContent", content);
      return result;
    } catch (ToolFailure e) {
      return toolResult(String.valueOf(e.getMessage()), true);
    } catch (WeftException e) {
      log.atInfo()
          .addKeyValue("tool", tool.name())
          .addKeyValue("code", e.error().code())
          .log("a tool failed");
      return toolResult(e.error().message() + " (" + e.error().code() + ")", true);
    }
  }

  private static ObjectNode toolResult(String text, boolean isError) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    result.put("isError", isError);
    return result;
  }

  private static RpcException badParams(String what) {
    return new RpcException(RpcException.INVALID_PARAMS, "Invalid params: " + what + ".");
  }

  private static String shown(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }
}

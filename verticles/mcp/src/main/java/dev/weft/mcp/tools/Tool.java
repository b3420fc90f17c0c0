package dev.weft.mcp.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.CallContext;

/** Something a client's model can ask for. Straight code for virtual threads. */
public interface Tool {

  /** Unique; 1 to 64 of {@code [A-Za-z0-9_.-]}. */
  String name();

  /** The tool as {@code tools/list} shows it. A copy of its own for each caller. */
  ObjectNode description();

  /**
   * Calls the tool.
   *
   * @param arguments as the client sent them, not validated
   * @param context the client's call; its identity is whose data is touched
   * @return structured content that matches the output schema
   * @throws ToolFailure when the model should know and may try otherwise
   * @throws dev.weft.contracts.WeftException when a service that is asked refuses; shown like a
   *     failure
   */
  ObjectNode call(ObjectNode arguments, CallContext context) throws ToolFailure;
}

package dev.weft.mcp.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.CallContext;

/** A tool whose description lies in a file beside this class: it has the arguments named there. */
abstract class DescribedTool implements Tool {
  private final ObjectNode description;

  DescribedTool(String name) {
    this.description = Descriptions.of(name);
  }

  @Override
  public final String name() {
    return description.path("name").textValue();
  }

  @Override
  public final ObjectNode description() {
    return description.deepCopy();
  }

  @Override
  public final ObjectNode call(ObjectNode arguments, CallContext context) throws ToolFailure {
    Descriptions.requireKnown(description, arguments);
    return answer(arguments, context);
  }

  /** See {@link #call}; all arguments are among those of the description. */
  abstract ObjectNode answer(ObjectNode arguments, CallContext context) throws ToolFailure;
}

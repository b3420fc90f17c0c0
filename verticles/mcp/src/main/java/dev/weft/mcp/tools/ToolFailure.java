package dev.weft.mcp.tools;

/** A call of a tool that failed for a reason the model should know. Carries no stack trace. */
public final class ToolFailure extends Exception {
  public ToolFailure(String message) {
    super(message, null, false, false);
  }
}

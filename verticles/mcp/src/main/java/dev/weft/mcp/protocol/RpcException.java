package dev.weft.mcp.protocol;

/** A request answered with a JSON-RPC error. Carries no stack trace: it is an answer. */
public final class RpcException extends Exception {
  /** The text is no JSON. */
  public static final int PARSE_ERROR = -32700;

  /** The JSON is no request. */
  public static final int INVALID_REQUEST = -32600;

  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;

  /** A fault of our own. */
  public static final int INTERNAL_ERROR = -32603;

  /** The exchange breaks a rule of the transport. */
  public static final int BAD_EXCHANGE = -32000;

  /** There is no such session; the client has to initialize anew. */
  public static final int SESSION_NOT_FOUND = -32001;

  private final int code;

  public RpcException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}

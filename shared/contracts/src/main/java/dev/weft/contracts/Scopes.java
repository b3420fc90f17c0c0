package dev.weft.contracts;

import java.util.List;

/** The scopes an API key can hold. */
public final class Scopes {
  public static final String CHAT_INVOKE = "chat:invoke";
  public static final String MODELS_READ = "models:read";
  public static final String RAG_READ = "rag:read";
  public static final String RAG_WRITE = "rag:write";
  public static final String MCP_CALL = "mcp:call";
  public static final String OBJECTS_CALL = "objects:call";

  /** To see and to end, reset or delete objects of the tenant. Not among those of a usual key. */
  public static final String OBJECTS_INSPECT = "objects:inspect";

  public static final String KEYS_MANAGE = "keys:manage";
  public static final String METRICS_READ = "metrics:read";

  public static final List<String> ALL =
      List.of(
          CHAT_INVOKE,
          MODELS_READ,
          RAG_READ,
          RAG_WRITE,
          MCP_CALL,
          OBJECTS_CALL,
          OBJECTS_INSPECT,
          KEYS_MANAGE,
          METRICS_READ);

  private Scopes() {}
}

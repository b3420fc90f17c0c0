package dev.weft.mcp.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Empty;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.RagApi;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import java.time.Duration;
import java.util.List;

/** Lists the collections of documents that can be searched: {@code rag_collections}. */
public final class RagCollectionsTool extends DescribedTool {
  /** A model's context is small. */
  private static final int MOST = 200;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Mesh mesh;

  public RagCollectionsTool(Mesh mesh) {
    super("rag_collections");
    this.mesh = mesh;
  }

  @Override
  ObjectNode answer(ObjectNode arguments, CallContext context) throws ToolFailure {
    List<CollectionInfo> all = all(mesh, context);
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    ArrayNode list = content.putArray("collections");
    for (CollectionInfo one : all.subList(0, Math.min(MOST, all.size()))) {
      list.addObject()
          .put("name", one.name())
          .put("description", one.description())
          .put("documents", one.documents());
    }
    content.put("omitted", all.size() - list.size());
    return content;
  }

  /** All collections that the caller can see. */
  static List<CollectionInfo> all(Mesh mesh, CallContext context) {
    return mesh.call(RagApi.LIST_COLLECTIONS, Empty.INSTANCE, context.within(TIMEOUT))
        .await()
        .data();
  }
}

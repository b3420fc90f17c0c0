package dev.weft.mcp.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Searches a collection of documents: {@code rag_search}. */
public final class RagSearchTool extends DescribedTool {

  /** Passages beyond so many characters in all are left out: a model's context is small. */
  static final int MOST_CHARACTERS = 60_000;

  private static final String NO_COLLECTION = "rag:collection.not_found";
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_QUERY = 10_000;
  private static final int MOST_HITS = 50;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Mesh mesh;

  public RagSearchTool(Mesh mesh) {
    super("rag_search");
    this.mesh = mesh;
  }

  @Override
  ObjectNode answer(ObjectNode arguments, CallContext context) throws ToolFailure {
    Search search =
        new Search(
            text(arguments, "collection", 200),
            text(arguments, "query", LONGEST_QUERY),
            limit(arguments));
    try {
      return content(mesh.call(RagApi.SEARCH, search, context.within(TIMEOUT)).await());
    } catch (WeftException e) {
      if (!e.error().code().equals(NO_COLLECTION)) {
        throw e;
      }
      throw unknown(search.collection(), context);
    }
  }

  /** A model that guessed a name is told those that there are. */
  private ToolFailure unknown(String collection, CallContext context) {
    List<String> names =
        RagCollectionsTool.all(mesh, context).stream().map(CollectionInfo::name).toList();
    String known =
        names.isEmpty()
            ? "there are none yet"
            : "there are: "
                + String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                + (names.size() > MOST_NAMES ? ", … (rag_collections lists all)" : "");
    return new ToolFailure(
        "There is no collection '" + collection + "'; " + known + " (" + NO_COLLECTION + ").");
  }

  private static String text(ObjectNode arguments, String name, int longest) throws ToolFailure {
    JsonNode value = arguments.path(name);
    if (!value.isTextual() || value.textValue().isBlank() || value.textValue().length() > longest) {
      throw new ToolFailure(
          "The argument '" + name + "' must be a text of 1 to " + longest + " characters.");
    }
    return value.textValue();
  }

  private static @Nullable Integer limit(ObjectNode arguments) throws ToolFailure {
    JsonNode value = arguments.get("limit");
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 1
        || value.intValue() > MOST_HITS) {
      throw new ToolFailure(
          "The argument 'limit' must be a whole number from 1 to " + MOST_HITS + ".");
    }
    return value.intValue();
  }

  private static ObjectNode content(SearchResult found) {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    content.put("collection", found.collection());
    content.put("query", found.query());
    ArrayNode hits = content.putArray("hits");
    int characters = 0;
    for (SearchResult.Hit hit : found.hits()) {
      characters += hit.text().length();
      if (characters > MOST_CHARACTERS) {
        break;
      }
      hits.add(Json.mapper().<JsonNode>valueToTree(hit));
    }
    content.put("omitted", found.hits().size() - hits.size());
    return content;
  }
}

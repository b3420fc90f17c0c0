package dev.weft.chat.prepare;

import dev.weft.chat.conversation.ConversationStore;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.json.Json;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that is ready for a model.
 *
 * @param request with all messages in place
 * @param passages what retrieval found; empty when nothing was looked for
 * @param searched whether something was looked for
 * @param history what was said before in the conversation
 * @param lease that of the conversation; null when none is named
 * @param asked the messages of this request that belong into the conversation's history
 */
public record Prepared(
    CompletionRequest request,
    List<Passage> passages,
    boolean searched,
    ConversationStore.History history,
    ConversationStore.@Nullable Lease lease,
    List<ConversationStore.Item> asked) {

  static final ConversationStore.History NO_HISTORY =
      new ConversationStore.History(List.of(), 0, 0);

  /** A request that needs no preparation. */
  public static Prepared plain(CompletionRequest request) {
    return new Prepared(request, List.of(), false, NO_HISTORY, null, List.of());
  }

  /** Ends the lease, when there will be no answer; never fails. */
  public Future<Void> abandon() {
    return lease == null ? Future.succeededFuture() : lease.release().otherwiseEmpty();
  }

  /** The value of the answer's field {@code weft}; null when there is nothing to tell. */
  public @Nullable String extension() {
    return extension(passages);
  }

  /** The extension with those of the passages alone that the answer cites; null for none. */
  public @Nullable String citing(Set<Integer> numbers) {
    return extension(
        passages.stream().filter(passage -> numbers.contains(passage.number())).toList());
  }

  private @Nullable String extension(List<Passage> shown) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (searched) {
      fields.put("citations", Passage.citations(shown));
    }
    if (history.leftOut() + history.shortened() > 0) {
      fields.put(
          "history",
          Map.of(
              "messages_left_out", history.leftOut(), "messages_shortened", history.shortened()));
    }
    return fields.isEmpty() ? null : new String(Json.encodeBytes(fields), StandardCharsets.UTF_8);
  }
}

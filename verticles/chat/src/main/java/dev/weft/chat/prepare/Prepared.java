package dev.weft.chat.prepare;

import dev.weft.chat.conversation.ConversationStore;
import dev.weft.chat.wire.CompletionRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that is ready for a model.
 *
 * @param request with all messages in place
 * @param passages what retrieval found; empty when nothing was looked for
 * @param extension the value of the answer's field {@code weft}; null for none
 * @param lease that of the conversation; null when none is named
 * @param asked the messages of this request that belong into the conversation's history
 */
public record Prepared(
    CompletionRequest request,
    List<Passage> passages,
    @Nullable String extension,
    ConversationStore.@Nullable Lease lease,
    List<ConversationStore.Item> asked) {

  /** A request that needs no preparation. */
  public static Prepared plain(CompletionRequest request) {
    return new Prepared(request, List.of(), null, null, List.of());
  }

  /** Ends the lease, when there will be no answer. */
  public void abandon() {
    if (lease != null) {
      lease.release();
    }
  }

  /** The extension with those of the passages alone that the answer cites; null for none. */
  public @Nullable String citing(Set<Integer> numbers) {
    return extension == null
        ? null
        : Passage.extension(
            passages.stream().filter(passage -> numbers.contains(passage.number())).toList());
  }
}

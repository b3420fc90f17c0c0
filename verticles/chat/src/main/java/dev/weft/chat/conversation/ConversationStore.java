package dev.weft.chat.conversation;

import io.vertx.core.Future;
import java.util.List;

/** Where conversations are kept. Thread-safe; futures complete on the caller's context. */
public interface ConversationStore {

  /**
   * Takes the next turn of a conversation, which begins to exist with its first turn. Fails with
   * {@code chat:conversation.busy} while another turn is under way, here or on any node.
   *
   * @param tenant owner of the conversation
   * @param name its name, unique within the tenant
   */
  Future<Turn> begin(String tenant, String name);

  /**
   * A turn. It ends with {@link #finish} or {@link #release}; the first counts, a later one does
   * nothing. A node that dies ends its turns by its silence.
   */
  interface Turn {

    /** The messages so far as JSON, oldest first; of a long conversation the newest part. */
    List<String> history();

    /**
     * Appends the items, all or none, and ends the turn. Fails with {@code
     * chat:conversation.conflict} when the turn was lost meanwhile, and nothing is kept then.
     */
    Future<Void> finish(List<Item> items);

    /** Ends the turn; nothing is kept. */
    Future<Void> release();
  }

  /**
   * A message to keep.
   *
   * @param role as in the message
   * @param complete false for an answer that was cut or given up
   * @param message the message as JSON
   */
  record Item(String role, boolean complete, String message) {}
}

package dev.weft.chat.conversation;

import io.vertx.core.Future;
import java.util.List;

/** Where conversations are kept. Thread-safe; futures complete on the caller's context. */
public interface ConversationStore {

  /**
   * Leases a conversation to one request; it begins to exist with the first. Fails with {@code
   * chat:conversation.busy} while another request has it, here or on any node.
   *
   * @param tenant owner of the conversation
   * @param name its name, unique within the tenant
   */
  Future<Lease> lease(String tenant, String name);

  /**
   * A conversation held by one request. The lease ends with {@link #finish} or {@link #release};
   * the first counts, a later one does nothing. A node that dies ends its leases by its silence.
   */
  interface Lease {

    /** What was said so far; of a long conversation the newest part. */
    History history();

    /**
     * Appends the items, all or none, and ends the lease. Fails with {@code
     * chat:conversation.conflict} when the lease was lost meanwhile, and nothing is kept then.
     */
    Future<Void> finish(List<Item> items);

    /** Ends the lease; nothing is kept. */
    Future<Void> release();
  }

  /**
   * What was said so far, as a request gets it. The newest turn is there whole; of what is older,
   * long messages are shortened, with a note in them, and the oldest left out.
   *
   * @param messages as JSON, oldest first
   * @param leftOut how many messages are missing at the beginning
   * @param shortened how many are not whole
   */
  record History(List<String> messages, int leftOut, int shortened) {

    public History {
      messages = List.copyOf(messages);
    }
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

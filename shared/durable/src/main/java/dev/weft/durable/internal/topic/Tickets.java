package dev.weft.durable.internal.topic;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;

/** What proves that a node may follow a topic of an object. Thread-safe. */
public final class Tickets {
  private final Ids ids;

  public Tickets(Ids ids) {
    this.ids = ids;
  }

  /** A topic as a node follows it. */
  public Followed followed(ObjectId id, String topic, String node) {
    return new Followed(id.hex(), topic, ids.ticket(id, topic, node));
  }

  /**
   * The object that a node asks about.
   *
   * @throws dev.weft.contracts.WeftException {@code object:ticket.denied}, {@code
   *     object:id.invalid}
   */
  public ObjectId checked(String namespace, Followed followed, String node) {
    ObjectId id = ids.fromHex(namespace, followed.id());
    if (!ids.isTicket(followed.ticket(), id, followed.topic(), node)) {
      throw ObjectErrors.badTicket(id);
    }
    return id;
  }
}

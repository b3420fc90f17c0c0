package dev.weft.durable.internal.call;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Namespace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How nodes watch objects for those who watch there. A node follows a topic by a call that runs the
 * object's method, as the watcher that asks; what it gets is a ticket with which it may ask any
 * node that hosts the namespace for kept items, and by which it knows that what it is told comes
 * from one of these. From then on the owner, whichever node that is, pushes each item to the node
 * once.
 */
public final class WatchEndpoints {

  /**
   * Served by each node on which somebody watches; what bears no ticket of its own is ignored. Of a
   * service of its own: to serve it is not to host objects.
   */
  public static final UnaryEndpoint<Push, Pushed> PUSH =
      Endpoint.unary("watching.push", Push.class, Pushed.class).asIdempotent().asOpen();

  /** Runs a method that returns a topic and notes that somebody watches it on the node. */
  public static UnaryEndpoint<Follow, Following> follow(Namespace<?> namespace) {
    return new UnaryEndpoint<>(
        "objects." + namespace.name() + ".follow",
        Follow.class,
        Following.class,
        true,
        namespace.access());
  }

  /**
   * The same for somebody outside the mesh, who watches an object of the caller's tenant. Served
   * for public namespaces alone.
   */
  public static UnaryEndpoint<Follow, Following> followFromOutside(String namespace) {
    return Endpoint.unary("objects." + namespace + ".doorFollow", Follow.class, Following.class)
        .asIdempotent()
        .withScope(Scopes.OBJECTS_CALL);
  }

  /** Kept items of a topic that the node follows. */
  public static UnaryEndpoint<Ask, Kept> kept(String namespace) {
    return Endpoint.unary("objects." + namespace + ".kept", Ask.class, Kept.class)
        .asIdempotent()
        .asOpen();
  }

  /** Where topics stand that the node follows, or follows no more. */
  public static UnaryEndpoint<Check, Checked> check(String namespace) {
    return Endpoint.unary("objects." + namespace + ".check", Check.class, Checked.class)
        .asIdempotent()
        .asOpen();
  }

  /**
   * See {@link #follow}.
   *
   * @param node where somebody watches
   * @param stamp the node's own, rising
   */
  public record Follow(ObjectRequest request, String node, long stamp) {}

  /**
   * The node follows a topic.
   *
   * @param ticket proves that it may
   * @param sequence of the last item that went out before; the next pushed comes after it
   * @param keeps whether items are kept
   * @param ended whether none come any more
   * @param owner id of the node that answers
   */
  public record Following(
      String topic, String ticket, long sequence, boolean keeps, boolean ended, String owner) {}

  /**
   * A topic of an object as a node follows it.
   *
   * @param id 64 hexadecimal digits
   * @param ticket see {@link Following}
   */
  public record Followed(String id, String topic, String ticket) {}

  /**
   * See {@link #kept}.
   *
   * @param after the sequence before the first item wanted
   */
  public record Ask(Followed topic, String node, long after) {}

  /**
   * A page of items.
   *
   * @param known whether anything is stored of the topic
   * @param sequence of the topic's last item
   */
  public record Kept(boolean known, long sequence, boolean ended, List<Item> items) {
    public Kept {
      items = items == null ? List.of() : List.copyOf(items);
    }
  }

  /**
   * An item.
   *
   * @param previous sequence of the item before it; 0 for none
   */
  public record Item(long sequence, long previous, Fragment value) {
    public Item {
      value = value == null ? Fragment.NULL : value;
    }
  }

  /** See {@link #check}. */
  public record Check(String node, List<Question> topics) {
    public Check {
      topics = topics == null ? List.of() : List.copyOf(topics);
    }
  }

  /**
   * A topic that is asked about.
   *
   * @param leaves true when nobody watches it there any more
   */
  public record Question(Followed topic, long stamp, @Nullable Boolean leaves) {}

  /** The answers, in the order of the questions. */
  public record Checked(List<Standing> topics) {
    public Checked {
      topics = topics == null ? List.of() : List.copyOf(topics);
    }
  }

  /**
   * Where a topic stands.
   *
   * @param sequence of its last item; null when that is not known here
   * @param lost whether what was published last may never have gone out
   * @param owner id of the node that knows more; null for none
   */
  public record Standing(
      @Nullable Long sequence, boolean ended, boolean lost, @Nullable String owner) {}

  /** What the owner's node has for a node that watches. */
  public record Push(List<News> news) {
    public Push {
      news = news == null ? List.of() : List.copyOf(news);
    }
  }

  /**
   * News of a topic.
   *
   * @param sequence of the last item that went out, these included
   * @param ended whether it has ended after that one
   * @param lost whether the instance is over, and more that it published may be lost
   * @param owner id of the node that sends it
   */
  public record News(
      String namespace,
      Followed topic,
      List<Item> items,
      long sequence,
      @Nullable Boolean ended,
      @Nullable Boolean lost,
      String owner) {
    public News {
      items = items == null ? List.of() : List.copyOf(items);
    }
  }

  /**
   * What became of a {@link Push}.
   *
   * @param unknown places of the news that nobody here watches for
   */
  public record Pushed(List<Integer> unknown) {
    public Pushed {
      unknown = unknown == null ? List.of() : List.copyOf(unknown);
    }
  }

  private WatchEndpoints() {}
}

package dev.weft.durable.internal.call;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.WatchEndpoints.Ask;
import dev.weft.durable.internal.call.WatchEndpoints.Check;
import dev.weft.durable.internal.call.WatchEndpoints.Checked;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Kept;
import dev.weft.durable.internal.call.WatchEndpoints.News;
import dev.weft.durable.internal.call.WatchEndpoints.Push;
import dev.weft.durable.internal.call.WatchEndpoints.Pushed;
import dev.weft.durable.internal.call.WatchEndpoints.Question;
import dev.weft.durable.internal.call.WatchEndpoints.Standing;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Directory.NodeInfo;
import dev.weft.mesh.Directory.NodeState;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is watched on this node: each topic of an object once, however many watch it. Takes what
 * their owners push, and asks now and then where topics stand of which nothing is heard, so that a
 * lost message costs time and no item. Thread-safe.
 */
final class Watches implements Subscription.Keeper {
  /** So many may watch on one node. */
  private static final int MAX_WATCHERS = 100_000;

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 5_000;
  private static final long SOON_MILLIS = 500;
  private static final long LATE_MILLIS = 1_000;
  private static final long LEAVE_MILLIS = 20;
  private static final int AT_ONCE = 256;

  /** So many topics of an object may be pushed that nobody has followed yet. */
  private static final int MAX_TOPICS = 512;

  private final Vertx vertx;
  private final Mesh mesh;
  private final Map<ObjectId, Watched> objects = new ConcurrentHashMap<>();
  private final AtomicLong stamps = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger watchers = new AtomicInteger();
  private final AtomicBoolean changed = new AtomicBoolean();
  private final List<Left> leaving = new ArrayList<>();
  private @Nullable Future<Void> started;

  Watches(Vertx vertx, Mesh mesh) {
    this.vertx = vertx;
    this.mesh = mesh;
  }

  /** What is watched of one object. */
  private static final class Watched {
    final Map<String, Subscription> topics = new HashMap<>(2);

    /** Calls under way that may add a topic. */
    int opening;

    boolean isEmpty() {
      return topics.isEmpty() && opening == 0;
    }
  }

  /** A topic that nobody watches any more, as of a stamp. */
  private record Left(Subscription subscription, Followed followed, long stamp) {}

  /** Begins to take what is pushed; completes when others can reach it. */
  synchronized Future<Void> start() {
    Future<Void> begun = started;
    if (begun == null) {
      begun =
          vertx
              .deployVerticle(new WatchVerticle(mesh, this::receive))
              .onSuccess(_ -> lookLater())
              .onFailure(_ -> forgetStart())
              .mapEmpty();
      mesh.directory().onChange(this::changed);
      started = begun;
    }
    return begun;
  }

  private synchronized void forgetStart() {
    started = null;
  }

  String nodeId() {
    return mesh.nodeId();
  }

  // ---- who watches

  /** A number for the next call that follows a topic. */
  long stamp() {
    return stamps.incrementAndGet();
  }

  /**
   * Somebody is about to watch the object: what is pushed from now on is held, although it is not
   * known yet which topic that will be.
   *
   * @throws dev.weft.contracts.WeftException {@code object:watcher.overloaded}
   */
  void opens(ObjectId id) {
    if (watchers.incrementAndGet() > MAX_WATCHERS) {
      watchers.decrementAndGet();
      throw ObjectErrors.tooManyWatchers("streams of objects are open on this node", MAX_WATCHERS);
    }
    objects.compute(
        id,
        (_, known) -> {
          Watched watched = known == null ? new Watched() : known;
          watched.opening++;
          return watched;
        });
  }

  /** The call that {@link #opens} was for has failed. */
  void opensNot(ObjectId id) {
    watchers.decrementAndGet();
    change(id, watched -> opened(watched, null));
  }

  /** The call that {@link #opens} was for has been answered: somebody watches. */
  Subscription join(ObjectId id, Following following, Cursor cursor) {
    List<Subscription> joined = new ArrayList<>(1);
    change(
        id,
        watched -> {
          Subscription known = watched.topics.get(following.topic());
          // One that was lost while this was opening: it is said to whoever opens, who tries again.
          boolean over = known != null && known.isOver() && known.followed() != null;
          if (known == null || over || !fits(known, id, following)) {
            known = new Subscription(id, following.topic(), bytes, this);
            watched.topics.put(following.topic(), known);
          }
          known.join(cursor, following);
          joined.add(known);
          opened(watched, known);
        });
    return joined.getFirst();
  }

  private static boolean fits(Subscription known, ObjectId id, Following following) {
    return known.isOf(new Followed(id.hex(), following.topic(), following.ticket()));
  }

  private static void opened(Watched watched, @Nullable Subscription joined) {
    watched.opening--;
    if (watched.opening == 0) {
      watched.topics.values().removeIf(each -> each != joined && each.isEmpty());
    }
  }

  private void change(ObjectId id, Consumer<Watched> change) {
    objects.compute(
        id,
        (_, known) -> {
          Watched watched = known == null ? new Watched() : known;
          change.accept(watched);
          return watched.isEmpty() ? null : watched;
        });
  }

  /** Somebody watches no more. */
  void leave(Subscription subscription, Cursor cursor) {
    watchers.decrementAndGet();
    change(
        subscription.id(),
        watched -> {
          if (!subscription.leave(cursor)) {
            return;
          }
          subscription.close();
          // The topic may have another by now, if this one is over.
          if (watched.topics.remove(subscription.topic(), subscription)) {
            left(subscription);
          }
        });
  }

  private void left(Subscription subscription) {
    Followed followed = subscription.followed();
    if (followed == null) {
      return;
    }
    synchronized (leaving) {
      leaving.add(new Left(subscription, followed, stamp()));
      if (leaving.size() > 1) {
        return;
      }
    }
    later(LEAVE_MILLIS, this::sayWhoLeft);
  }

  private void later(long millis, Runnable task) {
    try {
      vertx.setTimer(millis, _ -> task.run());
    } catch (RejectedExecutionException e) {
      // Vert.x is closed, and with it all streams.
      return;
    }
  }

  private void sayWhoLeft() {
    List<Left> all;
    synchronized (leaving) {
      all = List.copyOf(leaving);
      leaving.clear();
    }
    Set<String> there = nodes();
    if (there.isEmpty()) {
      return;
    }
    Map<Target, List<Question>> questions = new HashMap<>();
    for (Left left : all) {
      questions
          .computeIfAbsent(target(left.subscription, there), _ -> new ArrayList<>())
          .add(new Question(left.followed, left.stamp, true));
    }
    // Where it is not heard, the owner learns with the next item that nobody watches here.
    questions.forEach((target, some) -> ask(target, some));
  }

  // ---- what comes

  private Pushed receive(Push push) {
    List<Integer> unknown = new ArrayList<>(0);
    for (int i = 0; i < push.news().size(); i++) {
      News news = push.news().get(i);
      Subscription subscription = subscriptionFor(news);
      if (subscription == null) {
        unknown.add(i);
      } else {
        subscription.receive(news);
      }
    }
    return new Pushed(unknown);
  }

  private @Nullable Subscription subscriptionFor(News news) {
    ObjectId id;
    try {
      id = new ObjectId(news.namespace(), HexFormat.of().parseHex(news.topic().id()), null);
    } catch (IllegalArgumentException e) {
      return null;
    }
    List<Subscription> found = new ArrayList<>(1);
    objects.computeIfPresent(
        id,
        (_, watched) -> {
          Subscription known = watched.topics.get(news.topic().topic());
          if (known == null && watched.opening > 0 && watched.topics.size() < MAX_TOPICS) {
            known = new Subscription(id, news.topic().topic(), bytes, this);
            watched.topics.put(known.topic(), known);
          }
          if (known != null && known.accepts(news)) {
            found.add(known);
          }
          return watched;
        });
    return found.isEmpty() ? null : found.getFirst();
  }

  // ---- what is missing

  /** A page of kept items. */
  Future<Kept> kept(Subscription subscription, long after) {
    Followed followed = subscription.followed();
    if (followed == null) {
      return Future.failedFuture(new IllegalStateException("nobody has followed it yet"));
    }
    return mesh.call(
        WatchEndpoints.kept(subscription.id().namespace()),
        new Ask(followed, mesh.nodeId(), after),
        CallContext.background(ANSWER_LIMIT));
  }

  @Override
  public void search(Subscription subscription, long after) {
    kept(subscription, after)
        .onComplete(
            (kept, failure) -> {
              if (failure == null) {
                subscription.found(kept);
              } else {
                subscription.notFound();
              }
            });
  }

  @Override
  public void wait(Subscription subscription) {
    later(LATE_MILLIS, subscription::overdue);
  }

  /** Whom to ask; null for any node that hosts the namespace. */
  private record Target(String namespace, @Nullable String node) {}

  private static Target target(Subscription subscription, Set<String> there) {
    String owner = subscription.owner();
    return new Target(
        subscription.id().namespace(), owner != null && there.contains(owner) ? owner : null);
  }

  /** The nodes that are there; none when this one is leaving, after which it has nothing to ask. */
  private Set<String> nodes() {
    List<NodeInfo> all = mesh.directory().nodes();
    boolean stays =
        all.stream()
            .anyMatch(node -> node.id().equals(mesh.nodeId()) && node.state() == NodeState.READY);
    return stays ? all.stream().map(NodeInfo::id).collect(Collectors.toSet()) : Set.of();
  }

  private Future<Checked> ask(Target target, List<Question> questions) {
    UnaryEndpoint<Check, Checked> endpoint = WatchEndpoints.check(target.namespace);
    Check check = new Check(mesh.nodeId(), questions);
    CallContext call = CallContext.background(ANSWER_LIMIT);
    String node = target.node;
    return node == null
        ? mesh.call(endpoint, check, call)
        : mesh.callNode(node, endpoint, check, call);
  }

  private void lookLater() {
    later(
        LOOK_MILLIS + ThreadLocalRandom.current().nextLong(LOOK_MILLIS),
        () -> {
          look(false);
          lookLater();
        });
  }

  private void changed(Directory directory) {
    if (changed.compareAndSet(false, true)) {
      later(
          SOON_MILLIS,
          () -> {
            changed.set(false);
            look(true);
          });
    }
  }

  /**
   * Asks where topics stand.
   *
   * @param ownerless those alone whose owner is gone; else those of which nothing was heard
   */
  private void look(boolean ownerless) {
    Set<String> there = nodes();
    if (there.isEmpty()) {
      return;
    }
    Map<Target, List<Subscription>> asked = new HashMap<>();
    for (Subscription each : all()) {
      each.trim();
      String owner = each.owner();
      boolean gone = owner != null && !there.contains(owner);
      if (each.followed() != null && (gone || !ownerless && each.wasQuiet())) {
        asked.computeIfAbsent(target(each, there), _ -> new ArrayList<>()).add(each);
      }
    }
    asked.forEach(
        (target, all) -> {
          for (int i = 0; i < all.size(); i += AT_ONCE) {
            askWhereTheyStand(target, all.subList(i, Math.min(i + AT_ONCE, all.size())));
          }
        });
  }

  private List<Subscription> all() {
    List<Subscription> all = new ArrayList<>();
    for (ObjectId id : objects.keySet()) {
      objects.computeIfPresent(
          id,
          (_, watched) -> {
            all.addAll(watched.topics.values());
            return watched;
          });
    }
    return all;
  }

  private void askWhereTheyStand(Target target, List<Subscription> all) {
    List<Question> questions = new ArrayList<>();
    long stamp = stamp();
    for (Subscription each : all) {
      Followed followed = each.followed();
      if (followed != null) {
        questions.add(new Question(followed, stamp, null));
      }
    }
    ask(target, questions)
        .onSuccess(
            checked -> {
              for (int i = 0; i < Math.min(all.size(), checked.topics().size()); i++) {
                Standing standing = checked.topics().get(i);
                if (tellsNobody(standing.owner(), target.namespace)) {
                  all.get(i).lose("is on a node of the version before, which tells no followers.");
                } else {
                  all.get(i).stands(standing);
                }
              }
            });
  }

  /** Whether a node hosts the namespace and is of a version that knows no followers. */
  private boolean tellsNobody(@Nullable String owner, String namespace) {
    String check = WatchEndpoints.check(namespace).name();
    return mesh.directory().nodes().stream()
        .anyMatch(node -> node.id().equals(owner) && !node.endpoints().contains(check));
  }
}

package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.instance.CallOrder;
import dev.weft.durable.internal.instance.Commits;
import dev.weft.durable.internal.instance.ObjectMemory;
import dev.weft.durable.internal.node.DatabaseClock;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.turn.TurnQueue;
import io.vertx.core.Context;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of an object on this node: from the wish to own it to the end. Its turns run on its
 * verticle's virtual-thread context, one at a time ({@link Turns}); what they write is committed by
 * a {@link Flusher}, and what they answer leaves by the {@link OutputGate}.
 */
final class Activation {
  private static final Logger log = LoggerFactory.getLogger(Activation.class);

  private volatile ObjectId id;
  private final ObjectClass<?> objectClass;
  private final Host host;
  private final Incarnation incarnation;
  private final Turns turns;
  private final TurnQueue<Event, Turn> queue;
  private final OutputGate gate = new OutputGate();
  private final ObjectMemory memory = new ObjectMemory();
  private final Commits commits;
  private final Opening opening = new Opening(this);
  private final EndReason endReason = new EndReason(this);
  private final CallOrder order = new CallOrder();
  private final List<ActiveTopic<?>> topics = new CopyOnWriteArrayList<>();
  private @Nullable ReplyTable replies;
  private @Nullable Object instance;
  private volatile @Nullable Context context;
  private volatile State state = State.CLAIMING;
  private volatile long activeNanos = System.nanoTime();
  private volatile int watchers;
  private volatile @Nullable String deployment;

  /** What an instance is doing. */
  public enum State {
    CLAIMING,
    READY,
    /** Gives the object up: no turn begins; the last commit says that nobody owns it. */
    RELEASING,
    OVER
  }

  Activation(ObjectId id, ObjectClass<?> objectClass, Host host, Incarnation incarnation) {
    this.id = id;
    this.objectClass = objectClass;
    this.host = host;
    this.incarnation = incarnation;
    this.commits = new Commits(gate, incarnation.backlog(), objectClass.limits().mailboxCalls());
    this.turns =
        new Turns(this, objectClass.limits().mailboxCalls(), objectClass.limits().mailboxBytes());
    this.queue = turns.queue();
  }

  // ---- what its parts ask

  public ObjectId id() {
    return id;
  }

  ObjectClass<?> objectClass() {
    return objectClass;
  }

  Host host() {
    return host;
  }

  Object instance() {
    return Objects.requireNonNull(instance, "constructed before the first turn");
  }

  OutputGate gate() {
    return gate;
  }

  ObjectMemory memory() {
    return memory;
  }

  Commits commits() {
    return commits;
  }

  ReplyTable replies() {
    ReplyTable table = replies;
    if (table == null) {
      table = new ReplyTable(this);
      replies = table;
    }
    return table;
  }

  DatabaseClock clock() {
    return host.clock();
  }

  Incarnation incarnation() {
    return incarnation;
  }

  List<ActiveTopic<?>> topics() {
    return topics;
  }

  EndReason endReason() {
    return endReason;
  }

  State state() {
    return state;
  }

  TurnQueue<Event, Turn> queue() {
    return queue;
  }

  Turns turns() {
    return turns;
  }

  /** Something has happened: it does not rest. */
  void touch() {
    activeNanos = System.nanoTime();
  }

  long idleNanos() {
    return System.nanoTime() - activeNanos;
  }

  int watchers() {
    return watchers;
  }

  synchronized void watch(int change) {
    watchers += change;
    activeNanos = System.nanoTime();
  }

  Context context() {
    return Objects.requireNonNull(context, "deployed");
  }

  /** The id of its verticle's deployment. */
  void deployedAs(String newDeployment) {
    deployment = newDeployment;
  }

  @Nullable String deployment() {
    return deployment;
  }

  // ---- events

  /** What became of an event that was offered. */
  enum Offer {
    TAKEN,
    REFUSED,
    /** This instance is over; the next one may take it. */
    OVER
  }

  /** Gives it an event. */
  Offer offer(Event event) {
    activeNanos = System.nanoTime();
    if (state == State.RELEASING && !keepAfterAll() && host.isDraining()) {
      return refuse(event, ObjectErrors.moved(id, null));
    }
    if (event instanceof CallEvent call && !order.accept(call.request())) {
      return refuse(event, ObjectErrors.outOfOrder(id));
    }
    return switch (queue.offer(event, event.bytes())) {
      case TAKEN -> {
        opening.awaitedBy(event);
        yield Offer.TAKEN;
      }
      case FULL -> refuse(event, ObjectErrors.overloaded(id, queue.waiting()));
      case CLOSED -> Offer.OVER;
    };
  }

  private static Offer refuse(Event event, WeftException why) {
    event.refuse(why);
    return Offer.REFUSED;
  }

  /** Gives it an event of its own making. */
  void offerOwn(Event event) {
    if (!queue.offerOwn(event)) {
      event.refuse(endReason.reset("is over.", Outcome.NOT_EXECUTED));
    }
  }

  /** It has had nothing to do for a while: forgets what only busy objects need. */
  void rest() {
    order.clear();
    turns.log().clear();
  }

  // ---- start

  Opening opening() {
    return opening;
  }

  /** Goes from one state to the next; false when it is in another. */
  synchronized boolean become(State from, State to) {
    if (state != from) {
      return false;
    }
    state = to;
    return true;
  }

  /** Its name, which a caller that knew only the digits did not tell. */
  void named(@Nullable String name) {
    if (name != null && id.name().isEmpty()) {
      id = new ObjectId(id.namespace(), id.bytes(), name);
    }
  }

  /** Its turns run there. */
  void runsOn(Context deployed) {
    context = deployed;
  }

  /** What its factory made. */
  void made(Object made) {
    instance = made;
  }

  // ---- commits

  /** The next part of a flush; null when there is nothing to commit. */
  synchronized @Nullable Commit takeCommit() {
    return state == State.OVER ? null : commits.take(id);
  }

  /** What became of the last {@link #takeCommit}. */
  void committed(CommitResult result) {
    switch (result) {
      case CommitResult.Committed _ -> {
        boolean released = commits.committed();
        if (released) {
          finish();
        } else if (commits.hasMore()) {
          incarnation.flush(this);
        }
      }
      case CommitResult.Fenced _ -> fenced();
      case CommitResult.Refused refused -> end(refused.error().exception());
      case CommitResult.Unknown _ ->
          endAsSent(endReason.reset("was cut off from the database.", Outcome.UNKNOWN));
    }
  }

  // ---- end

  /** The database says that another owns the object. */
  void fenced() {
    end(endReason.reset("has lost the object to another node.", Outcome.NOT_EXECUTED));
  }

  /** Gives the object up because the node stops. */
  void giveUp() {
    if (state == State.CLAIMING) {
      end(ObjectErrors.moved(id, null));
    } else {
      release();
    }
  }

  /** Gives the object up: when no turn runs any more, a last commit says that it has no owner. */
  void release() {
    if (!become(State.READY, State.RELEASING)) {
      return;
    }
    queue.hold();
    if (host.isDraining()) {
      queue.takeOthers().forEach(event -> event.refuse(ObjectErrors.moved(id, null)));
    }
    releaseWhenIdle();
  }

  /** The last commit, once no turn runs. */
  void releaseWhenIdle() {
    synchronized (this) {
      if (state != State.RELEASING || queue.isBusy() || !commits.requestRelease()) {
        return;
      }
    }
    incarnation.flush(this);
  }

  /** An event has come while it is being given up: if that is not under way yet, stays. */
  private boolean keepAfterAll() {
    synchronized (this) {
      if (state != State.RELEASING) {
        return state == State.READY;
      }
      if (host.isDraining() || !commits.withdrawRelease()) {
        return false;
      }
      state = State.READY;
    }
    queue.open();
    return true;
  }

  /** It has no owner any more. */
  private void finish() {
    synchronized (this) {
      state = State.OVER;
    }
    host.remove(this);
    gate.lose(gate.durable(), "has been given up.");
    topics.forEach(topic -> topic.lost(endReason.reset("has been given up.", Outcome.EXECUTED)));
    List<Event> left = queue.close();
    for (Event event : left) {
      if (host.isDraining()) {
        event.refuse(ObjectErrors.moved(id, null));
      } else {
        host.dispatch(id, event);
      }
    }
  }

  /** Resets it from within or from outside. */
  void abort(String reason) {
    endAsSent(ObjectErrors.aborted(id, reason, Outcome.NOT_EXECUTED));
  }

  /**
   * It is over, without another word to the database: what is not durable by now will not be.
   *
   * @param why what the callers get, with the outcome that is right for each
   */
  void end(WeftException why) {
    end(why, commits::durable);
  }

  /** The same, where all that was given to the database by then may be durable. */
  void endAsSent(WeftException why) {
    // Asked when nothing can be sent any more: what a flush takes just before counts too.
    end(why, commits::inFlight);
  }

  /** Something of the runtime has failed for it: what is durable cannot be told. */
  void broke(Throwable fault) {
    log.atError().addKeyValue("object", id).setCause(fault).log("an instance is given up");
    try {
      endAsSent(ObjectErrors.threw(id, "the runtime", fault));
    } catch (RuntimeException | Error worse) {
      log.atError().addKeyValue("object", id).setCause(worse).log("an instance could not be ended");
    }
  }

  private void end(WeftException why, LongSupplier mayBeDurable) {
    synchronized (this) {
      if (state == State.OVER) {
        return;
      }
      state = State.OVER;
      endReason.set(why);
    }
    host.remove(this);
    host.metrics().ended(why.error().code());
    log.atDebug().addKeyValue("object", id).addKeyValue("code", why.error().code()).log("ended");
    List<Event> left = queue.close();
    Loss loss = gate.lose(mayBeDurable.getAsLong(), why.error().message());
    if (loss != null) {
      for (Turn turn : turns.begun()) {
        turn.event.lost(turn, loss);
        turn.wake();
      }
    }
    topics.forEach(topic -> topic.lost(why));
    commits.end();
    WeftException refusal = endReason.forNotBegun();
    left.forEach(event -> event.refuse(refusal));
  }
}

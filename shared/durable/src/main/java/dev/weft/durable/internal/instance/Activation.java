package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.instance.LifeCycle.Claiming;
import dev.weft.durable.internal.instance.LifeCycle.Deploying;
import dev.weft.durable.internal.instance.LifeCycle.Living;
import dev.weft.durable.internal.instance.LifeCycle.Owning;
import dev.weft.durable.internal.instance.LifeCycle.Ready;
import dev.weft.durable.internal.instance.LifeCycle.Releasing;
import dev.weft.durable.internal.instance.LifeCycle.State;
import dev.weft.durable.internal.node.Claimer;
import dev.weft.durable.internal.node.Flusher;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.node.Verticles.Deployed;
import dev.weft.durable.internal.store.Claim;
import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.turn.TurnQueue;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of an object on this node: takes what happens to it through its {@link LifeCycle},
 * from the wish to own the object to the end. Its turns run on its verticle's virtual-thread
 * context, one at a time ({@link Turns}); what they write is committed by a {@link Flusher}, and
 * what they answer leaves by the {@link OutputGate}. Thread-safe.
 */
public final class Activation
    implements Claimer.Claimant, Flusher.Writer, Driver, TurnQueue.Runner<Event, Turn> {
  private static final Logger log = LoggerFactory.getLogger(Activation.class);

  /** So long a call of an object that holds others off waits for one that does so too. */
  private static final long CROSSING_MILLIS = 700;

  private volatile ObjectId id;
  private final ObjectClass<?> objectClass;
  private final Home home;
  private final NodeSurroundings surroundings;
  private final Incarnation incarnation;
  private final LifeCycle<Tenure> life = new LifeCycle<>();
  private final EndReason endReason = new EndReason(life, this::id);
  private final CallOrder order = new CallOrder();
  private final Activity activity;
  private final TurnQueue<Event, Turn> queue;

  /**
   * @param incarnation of the node, for which the object is claimed
   */
  public Activation(
      ObjectId id,
      ObjectClass<?> objectClass,
      Home home,
      NodeSurroundings surroundings,
      Incarnation incarnation) {
    this.id = id;
    this.objectClass = objectClass;
    this.home = home;
    this.surroundings = surroundings;
    this.incarnation = incarnation;
    this.activity = new Activity(surroundings.nanoClock());
    this.queue =
        new TurnQueue<>(
            this, objectClass.limits().mailboxCalls(), objectClass.limits().mailboxBytes());
  }

  // ---- what is known of it

  @Override
  public ObjectId id() {
    return id;
  }

  public ObjectClass<?> objectClass() {
    return objectClass;
  }

  public Incarnation incarnation() {
    return incarnation;
  }

  public State<Tenure> state() {
    return life.state();
  }

  /** What it has while it owns its object, or had when it ended; null when it never owned it. */
  public @Nullable Tenure tenure() {
    return life.tenure();
  }

  public Activity activity() {
    return activity;
  }

  /** Events that wait. */
  public int waiting() {
    return queue.waiting();
  }

  /** Turns begun and not ended. */
  public int begun() {
    return queue.begun();
  }

  // ---- events

  /** What became of an event that was offered. */
  public enum Offer {
    TAKEN,
    REFUSED,
    /** This instance is over; the next one may take it. */
    OVER
  }

  /** Gives it an event. */
  public Offer offer(Event event) {
    event.queuedAt(activity.touch());
    if (life.state() instanceof Releasing<Tenure> && !keepAfterAll() && home.isDraining()) {
      return refuse(event, ObjectErrors.moved(id, null));
    }
    ObjectRequest ordered = event.ordered();
    if (ordered != null && !order.accept(ordered)) {
      return refuse(event, ObjectErrors.outOfOrder(id));
    }
    return switch (queue.offer(event, event.bytes())) {
      case TAKEN -> {
        if (event.creates()) {
          life.awaited();
        }
        if (event.isHolding()) {
          giveWay(event);
        }
        yield Offer.TAKEN;
      }
      case FULL -> refuse(event, ObjectErrors.overloaded(id, queue.waiting()));
      case CLOSED -> Offer.OVER;
    };
  }

  /**
   * Refuses the call of an object that lets nobody in until it is answered, when this object does
   * the same while it waits for that one: at once where that is plain to see, else after a moment.
   */
  private void giveWay(Event event) {
    ObjectId awaited = queue.awaited();
    if (awaited != null && CallChain.holds(event.chain(), awaited)) {
      cross(event);
    } else {
      // At random, so that not both of two give way.
      long millis = CROSSING_MILLIS + ThreadLocalRandom.current().nextLong(CROSSING_MILLIS);
      surroundings.vertx().setTimer(millis, _ -> lookAgain(event));
    }
  }

  private void lookAgain(Event event) {
    if (queue.isWaiting(event)) {
      if (queue.awaited() == null) {
        giveWay(event);
      } else {
        cross(event);
      }
    }
  }

  private void cross(Event event) {
    if (queue.takeOut(event)) {
      event.refuse(ObjectErrors.crossing(id));
    }
  }

  private static Offer refuse(Event event, WeftException why) {
    event.refuse(why);
    return Offer.REFUSED;
  }

  @Override
  public void offerOwn(Event event) {
    event.queuedAt(surroundings.nanoClock().getAsLong());
    if (!queue.offerOwn(event)) {
      event.refuse(endReason.reset("is over.", Outcome.NOT_EXECUTED));
    }
  }

  /** It has had nothing to do for a while: forgets what only busy objects need. */
  public void rest() {
    order.clear();
    Tenure tenure = life.tenure();
    if (tenure != null) {
      tenure.turns().log().clear();
    }
  }

  @Override
  public void start(Event event) {
    Objects.requireNonNull(life.tenure(), "no event begins before").turns().start(event);
  }

  @Override
  public void resume(Turn turn) {
    turn.resume();
  }

  // ---- start

  @Override
  public Claim claim() {
    boolean mayCreate = life.state() instanceof Claiming<Tenure>(boolean may) && may;
    return new Claim(id, mayCreate, objectClass.version());
  }

  @Override
  public boolean isClaiming() {
    return life.state() instanceof Claiming<Tenure>;
  }

  @Override
  public void unanswered(Throwable failure) {
    boolean full =
        failure instanceof WeftException own
            && own.error().code().equals(ObjectErrors.STORAGE_FULL);
    // Otherwise not an error of the storage: that would be one of a turn, which is not repeated.
    end(
        full
            ? (WeftException) failure
            : ObjectErrors.reset(id, "could not be claimed now.", Outcome.NOT_EXECUTED));
  }

  @Override
  public void answered(ClaimResult result) {
    switch (result) {
      case ClaimResult.Claimed claimed -> deploy(claimed);
      case ClaimResult.Owned owned -> end(ObjectErrors.moved(id, owned.nodeId()));
      case ClaimResult.Absent _ -> absent();
      case ClaimResult.TooNew(int version) -> {
        // While nodes of two versions serve side by side, it is for those of the newer one.
        String other = home.nodeKnowing(id, version);
        end(other == null ? ObjectErrors.tooNew(id, version) : ObjectErrors.moved(id, other));
      }
      case ClaimResult.NodeDead _ ->
          end(ObjectErrors.reset(id, "was not to be had by this node.", Outcome.NOT_EXECUTED));
    }
  }

  /**
   * There is no such object. What came since the claim and makes one claims anew, with all behind.
   */
  private void absent() {
    if (!isClaiming() || life.end(null) == null) {
      return;
    }
    home.remove(this);
    boolean made = false;
    for (Event event : queue.close()) {
      made |= event.creates();
      if (made) {
        home.dispatch(id, event);
      } else {
        event.refuse(ObjectErrors.noObject(id));
      }
    }
  }

  /** The object is ours: it gets a verticle of its own. */
  private void deploy(ClaimResult.Claimed claimed) {
    if (!life.claimed()) {
      return;
    }
    surroundings
        .verticles()
        .deploy()
        .onComplete(
            (deployed, failure) -> {
              if (failure == null) {
                deployed.context().runOnContext(_ -> begin(deployed, claimed));
              } else {
                end(WeftException.from("object", failure));
              }
            });
  }

  /** Runs on the verticle's context. */
  private void begin(Deployed deployed, ClaimResult.Claimed claimed) {
    named(claimed.name());
    OutputGate gate = new OutputGate();
    Body body =
        new Body(
            deployed,
            new ObjectMemory(claimed),
            new Commits(
                gate,
                incarnation.backlog(),
                objectClass.limits().mailboxCalls(),
                claimed.epoch(),
                claimed.seq()),
            gate);
    Frame frame =
        new Frame(objectClass, incarnation, surroundings, life, endReason, activity, queue);
    Tenure tenure = new Tenure(this, frame, body);
    synchronized (life) {
      if (!life.deployed(tenure)) {
        surroundings.verticles().undeploy(deployed);
        return;
      }
      queue.beginFirst();
    }
    Event construct =
        new ConstructEvent(
            objectClass,
            claimed.version(),
            body,
            () -> home.contextFor(tenure),
            this::constructed,
            why -> home.notMade(id, why));
    construct.queuedAt(surroundings.nanoClock().getAsLong());
    tenure.turns().run(construct);
  }

  /** Its name, which a caller that knew only the digits did not tell. */
  private void named(@Nullable String name) {
    if (name != null && id.name().isEmpty()) {
      id = new ObjectId(id.namespace(), id.bytes(), name);
    }
  }

  private void constructed(Object made) {
    synchronized (life) {
      if (life.constructed(made) && life.state() instanceof Ready<Tenure>) {
        queue.open();
      }
    }
    home.made(id);
  }

  // ---- commits

  @Override
  public void flush() {
    incarnation.flush(this);
  }

  @Override
  public @Nullable Commit takeCommit() {
    synchronized (life) {
      return life.state() instanceof Owning<Tenure> owning ? take(owning.tenure().body()) : null;
    }
  }

  private @Nullable Commit take(Body body) {
    return body.commits().take(id, body.memory().topics()::atRelease);
  }

  @Override
  public long sentBytes() {
    Tenure tenure = life.tenure();
    return tenure == null ? 0 : tenure.body().commits().sentBytes();
  }

  @Override
  public void committed(CommitResult result) {
    switch (result) {
      case CommitResult.Committed _ -> {
        if (life.state() instanceof Owning<Tenure> owning) {
          committed(owning.tenure().body().commits());
        }
      }
      case CommitResult.Fenced _ -> fenced();
      case CommitResult.Refused refused -> end(refused.error().exception());
      case CommitResult.Unknown _ ->
          endAsSent(endReason.reset("was cut off from the database.", Outcome.UNKNOWN));
    }
  }

  private void committed(Commits commits) {
    boolean released = commits.committed();
    if (released) {
      givenUp();
    } else if (commits.hasMore()) {
      flush();
    }
  }

  // ---- giving up

  /** Gives the object up because the node stops. */
  public void giveUp() {
    switch (life.state()) {
      case Claiming<Tenure> _, Deploying<Tenure> _ -> end(ObjectErrors.moved(id, null));
      default -> release();
    }
  }

  /** Gives the object up: when no turn runs any more, a last commit says that it has no owner. */
  public void release() {
    List<Event> moved;
    synchronized (life) {
      if (!(life.state() instanceof Living<Tenure>)) {
        return;
      }
      life.release();
      queue.hold();
      moved = home.isDraining() ? queue.takeOthers() : List.of();
    }
    moved.forEach(event -> event.refuse(ObjectErrors.moved(id, null)));
    idle();
  }

  /** The last commit, if it is being given up and no turn runs. */
  @Override
  public void idle() {
    if (!(life.state() instanceof Releasing<Tenure>)) {
      return;
    }
    synchronized (life) {
      if (!(life.state() instanceof Releasing<Tenure> releasing)
          || queue.isBusy()
          || !releasing.tenure().body().commits().requestRelease()) {
        return;
      }
    }
    flush();
  }

  /** An event has come while it is being given up: if that is not under way yet, stays. */
  private boolean keepAfterAll() {
    synchronized (life) {
      if (!(life.state() instanceof Releasing<Tenure> releasing)) {
        return life.state() instanceof Living<Tenure>;
      }
      if (home.isDraining() || !releasing.tenure().body().commits().withdrawRelease()) {
        return false;
      }
      life.keep();
      if (life.state() instanceof Ready<Tenure>) {
        queue.open();
      }
      return true;
    }
  }

  /** It has no owner any more. */
  private void givenUp() {
    if (!(life.end(null) instanceof Owning<Tenure> owning)) {
      return;
    }
    Tenure tenure = owning.tenure();
    home.remove(this);
    surroundings.verticles().undeploy(tenure.body().deployed());
    OutputGate gate = tenure.body().gate();
    gate.lose(gate.durable(), "has been given up.");
    tenure.tellEnd(endReason.reset("has been given up.", Outcome.EXECUTED));
    for (Event event : queue.close()) {
      if (home.isDraining()) {
        event.refuse(ObjectErrors.moved(id, null));
      } else {
        home.dispatch(id, event);
      }
    }
  }

  // ---- end

  @Override
  public void fenced() {
    end(endReason.reset("has lost the object to another node.", Outcome.NOT_EXECUTED));
  }

  /**
   * It is over, without another word to the database: what is not durable by now will not be.
   *
   * @param why what the callers get, with the outcome that is right for each
   */
  @Override
  public void end(WeftException why) {
    end(why, Commits::durable);
  }

  /** The same, where all that was given to the database by then may be durable. */
  @Override
  public void endAsSent(WeftException why) {
    // Asked when nothing can be sent any more: what a flush takes just before counts too.
    end(why, Commits::inFlight);
  }

  /** Something of the runtime has failed for it: what is durable cannot be told. */
  @Override
  public void broke(Throwable fault) {
    log.atError().addKeyValue("object", id).setCause(fault).log("an instance is given up");
    try {
      endAsSent(ObjectErrors.threw(id, "the runtime", fault));
    } catch (RuntimeException | Error worse) {
      log.atError().addKeyValue("object", id).setCause(worse).log("an instance could not be ended");
    }
  }

  private void end(WeftException why, ToLongFunction<Commits> mayBeDurable) {
    State<Tenure> last = life.end(why);
    if (last == null) {
      return;
    }
    home.remove(this);
    surroundings.metrics().ended(why.error().code());
    log.atDebug().addKeyValue("object", id).addKeyValue("code", why.error().code()).log("ended");
    List<Event> left = queue.close();
    if (last instanceof Owning<Tenure> owning) {
      end(owning.tenure(), why, mayBeDurable);
    }
    WeftException refusal = endReason.forNotBegun();
    left.forEach(event -> event.refuse(refusal));
  }

  private void end(Tenure tenure, WeftException why, ToLongFunction<Commits> mayBeDurable) {
    Body body = tenure.body();
    surroundings.verticles().undeploy(body.deployed());
    Loss loss = body.gate().lose(mayBeDurable.applyAsLong(body.commits()), why.error().message());
    if (loss != null) {
      for (Turn turn : tenure.turns().begun()) {
        turn.event().lost(turn, loss);
        turn.wake();
      }
    }
    tenure.tellEnd(why);
    body.commits().end();
  }
}

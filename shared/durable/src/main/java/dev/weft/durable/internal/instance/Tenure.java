package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.node.Confirmer;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time in which an instance owns its object: what it has then, and what the object's turns,
 * events and context know of it. Turns that have begun keep it when the instance is over.
 */
public final class Tenure implements LiveObject, Confirmer.Reader {
  private final Driver driver;
  private final Frame frame;
  private final Body body;
  private final Turns turns;
  private final List<EndListener> endListeners = new CopyOnWriteArrayList<>();
  private @Nullable ReplyTable replies;

  Tenure(Driver driver, Frame frame, Body body) {
    this.driver = driver;
    this.frame = frame;
    this.body = body;
    this.turns = new Turns(this, driver, frame, body);
  }

  // ---- its parts

  Body body() {
    return body;
  }

  public Turns turns() {
    return turns;
  }

  public ObjectMemory memory() {
    return body.memory();
  }

  @Override
  public AlarmTable alarms() {
    return body.memory().alarms();
  }

  @Override
  public ReplyTable replies() {
    ReplyTable table = replies;
    if (table == null) {
      table = new ReplyTable(turns, driver::id, body);
      replies = table;
    }
    return table;
  }

  // ---- what is known of it; any thread

  @Override
  public ObjectId id() {
    return driver.id();
  }

  @Override
  public Object made() {
    LifeCycle.State<?> state = frame.life().state();
    if (state instanceof LifeCycle.Ready<?> ready) {
      return ready.object();
    }
    return switch (state) {
      case LifeCycle.Releasing<?>(LifeCycle.Ready<?> ready) -> ready.object();
      case LifeCycle.Over<?> _ -> throw new ObjectReset(id() + " has ended.");
      default -> throw new IllegalStateException("constructed before the first turn");
    };
  }

  @Override
  public long nowMillis() {
    return frame.surroundings().clock().millis();
  }

  @Override
  public long epoch() {
    return body.commits().epoch();
  }

  @Override
  public boolean strictReads() {
    return frame.objectClass().strictReads();
  }

  /** The incarnation that owns it. */
  public String incarnation() {
    return frame.incarnation().id();
  }

  public ObjectStore store() {
    return frame.surroundings().store();
  }

  /** Whether its constructor runs. */
  public boolean isOpening() {
    return frame.life().state() instanceof LifeCycle.Opening<?>
        || frame.life().state() instanceof LifeCycle.Releasing<?>(LifeCycle.Opening<?> _);
  }

  /** Whether it has ended because it was given up, so that nothing of it is lost. */
  public boolean wasGivenUp() {
    return frame.life().state() instanceof LifeCycle.Over<?> over && over.why() == null;
  }

  /** Whether the node's lease holds: without it nothing leaves unproven. */
  public boolean holdsLease() {
    return frame.incarnation().holds();
  }

  @Override
  public void whenOwned(Runnable owned, Runnable notOwned) {
    frame.incarnation().whenOwned(this, owned, notOwned);
  }

  /** Versions sealed and not durable. */
  public int uncommitted() {
    return (int) (body.gate().sealed() - body.gate().durable());
  }

  /** Whether everything is durable, and has left. */
  public boolean isClean() {
    return body.commits().isClean() && body.gate().held() == 0;
  }

  // ---- who watches it; any thread

  /** Watchers have come or gone. */
  public void watchers(int change) {
    frame.activity().watchers(change);
  }

  /** Is told when the instance is over. */
  public void onEnd(EndListener listener) {
    endListeners.add(listener);
  }

  void tellEnd(WeftException why) {
    endListeners.forEach(listener -> listener.over(why));
  }

  // ---- how it ends; any thread

  @Override
  public WeftException cutShort(Loss loss, Outcome outcome) {
    return frame.endReason().forCutShort(loss, outcome);
  }

  @Override
  public void endAsSent(WeftException why) {
    driver.endAsSent(why);
  }

  /** Resets it from within. */
  public void abort(String reason) {
    endAsSent(ObjectErrors.aborted(id(), reason, Outcome.NOT_EXECUTED));
  }

  @Override
  public void fenced() {
    driver.fenced();
  }

  @Override
  public void broke(Throwable fault) {
    driver.broke(fault);
  }

  /** Gives it an event of its own making. */
  public void offerOwn(Event event) {
    driver.offerOwn(event);
  }

  // ---- what its turns stand on

  @Override
  public boolean isHolding(Turn turn) {
    return turns.isHolding(turn);
  }

  @Override
  public void awaits(Turn turn, @Nullable ObjectId object) {
    turns.awaits(turn, object);
  }

  @Override
  public <T> T await(Future<T> future) {
    return turns.await(future);
  }

  @Override
  public <T> T read(Function<ObjectStore, Future<T>> question) {
    return turns.read(question);
  }

  @Override
  public <T> Future<T> afterWrites(Supplier<Future<T>> operation) {
    return turns.afterWrites(operation);
  }

  @Override
  public long seal() {
    return turns.seal();
  }

  @Override
  public void flush() {
    turns.flush();
  }

  @Override
  public boolean hasWritten() {
    return turns.hasWritten();
  }

  @Override
  public long versionAhead() {
    return turns.versionAhead();
  }

  @Override
  public void pass(OutputGate.Exit exit) {
    turns.pass(exit);
  }
}

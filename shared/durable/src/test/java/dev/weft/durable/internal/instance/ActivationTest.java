package dev.weft.durable.internal.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.instance.LifeCycle.Opening;
import dev.weft.durable.internal.instance.LifeCycle.Ready;
import dev.weft.durable.internal.instance.LifeCycle.Releasing;
import dev.weft.durable.internal.node.DatabaseClock;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.node.NodeLease;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.node.Verticles;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One instance without a node around it: how it begins and ends, and what its ghosts may do. */
@Timeout(30)
final class ActivationTest implements Home {
  /** An interface without calls: what happens to these objects are events of the test. */
  interface Nothing {}

  private static final Namespace<Nothing> NOTHINGS = Namespace.of("nothing", Nothing.class);

  private record Thing() implements Nothing {}

  private final Vertx vertx = Vertx.vertx();
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final NodeSurroundings surroundings =
      new NodeSurroundings(
          vertx,
          store,
          new DatabaseClock(InstantSource.system(), System::nanoTime),
          new HostMetrics(new SimpleMeterRegistry()),
          new Verticles(keepingVerticles()),
          System::nanoTime);
  private final ObjectId id = new ObjectId("nothing", new byte[ObjectId.BYTES], null);
  private final List<Event> movedOn = new CopyOnWriteArrayList<>();
  private volatile Making making = _ -> {};

  /** Why the object is made. */
  private final Code first = new Code(_ -> {});

  /** What the constructor does. */
  private interface Making {
    void make(Tenure tenure);
  }

  /** Code that runs as a turn; what it throws, or null, is its result. */
  private static final class Code extends OwnEvent {
    final CompletableFuture<@Nullable Throwable> ended = new CompletableFuture<>();
    private final Making body;

    Code(Making body) {
      this.body = body;
    }

    @Override
    public String what() {
      return "code";
    }

    @Override
    public void run(Turn turn) throws Throwable {
      try {
        body.make((Tenure) turn.object());
        turn.endStretch();
        ended.complete(null);
      } catch (Throwable e) {
        ended.complete(e);
        throw e;
      }
    }

    @Override
    public void failed(Turn turn, Throwable failure) {
      turn.endStretch();
    }

    @Override
    public void refuse(WeftException why) {
      ended.complete(why);
    }

    @Override
    public void lost(Turn turn, Loss loss) {
      // The test asks the code itself.
    }

    @Nullable Throwable end() throws Exception {
      return ended.get(20, TimeUnit.SECONDS);
    }
  }

  /** Undeploys nothing, since Vert.x would interrupt threads that wait, whatever we do. */
  private Vertx keepingVerticles() {
    return (Vertx)
        Proxy.newProxyInstance(
            Vertx.class.getClassLoader(),
            new Class<?>[] {Vertx.class},
            (_, method, args) ->
                method.getName().equals("undeploy")
                    ? Future.succeededFuture()
                    : method.invoke(vertx, args));
  }

  @Override
  public boolean isDraining() {
    return false;
  }

  @Override
  public void dispatch(ObjectId object, Event event) {
    movedOn.add(event);
  }

  @Override
  public void remove(Activation activation) {
    // There is no list of instances here.
  }

  @Override
  public @Nullable String nodeKnowing(ObjectId object, int version) {
    return null;
  }

  @Override
  public void notMade(ObjectId object, WeftException why) {
    // Whether it is tried again is not for the instance to say.
  }

  @Override
  public void made(ObjectId object) {
    // Nothing is counted here.
  }

  @Override
  public ObjectContext contextFor(Tenure tenure) {
    making.make(tenure);
    return (ObjectContext)
        Proxy.newProxyInstance(
            ObjectContext.class.getClassLoader(),
            new Class<?>[] {ObjectContext.class},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private Activation activation() {
    NodeLease lease =
        new NodeLease(
            surroundings,
            new Incarnation.LeaseTimes(
                Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofSeconds(1)),
            _ -> {});
    lease.start("n", "t").await();
    Incarnation incarnation = Objects.requireNonNull(lease.current());
    Activation activation =
        new Activation(
            id, ObjectClass.of(NOTHINGS, _ -> new Thing()), this, surroundings, incarnation);
    assertThat(activation.offer(first)).isEqualTo(Activation.Offer.TAKEN);
    incarnation.claim(activation);
    return activation;
  }

  private static Tenure tenure(Activation activation) {
    return Objects.requireNonNull(activation.tenure());
  }

  private Activation ready() {
    Activation activation = activation();
    until(() -> first.ended.isDone() && activation.begun() == 0);
    return activation;
  }

  private static Code offer(Activation activation, Making body) {
    Code code = new Code(body);
    assertThat(activation.offer(code)).isEqualTo(Activation.Offer.TAKEN);
    return code;
  }

  private void lose(Activation activation) {
    activation.endAsSent(ObjectErrors.reset(id, "was lost.", Outcome.UNKNOWN));
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      Thread.onSpinWait();
    }
  }

  private static <T> void waitHere(CompletableFuture<T> future) {
    assertThat(future).succeedsWithin(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  // ---- ghosts

  @Test
  void aGhostIsNoTurnOfTheObjectAnyMore() throws Exception {
    Activation activation = ready();
    Code code =
        offer(
            activation,
            tenure -> {
              assertThat(tenure.turns().current()).isNotNull();
              lose(activation);
              assertThatThrownBy(() -> tenure.turns().current()).isInstanceOf(ObjectReset.class);
              assertThatThrownBy(() -> tenure.turns().turn()).isInstanceOf(ObjectReset.class);
              assertThatThrownBy(tenure::made).isInstanceOf(ObjectReset.class);
            });
    assertThat(code.end()).isInstanceOf(ObjectReset.class);
  }

  @Test
  void whatAGhostWritesIsNotSealed() throws Exception {
    Activation activation = ready();
    Code code =
        offer(
            activation,
            tenure -> {
              Turn turn = tenure.turns().current();
              tenure.memory().writes().put(Key.of("k"), new byte[] {1});
              lose(activation);
              assertThatThrownBy(turn::endStretch).isInstanceOf(ObjectReset.class);
            });
    assertThat(code.end()).isInstanceOf(ObjectReset.class);
    assertThat(tenure(activation).body().gate().sealed()).isZero();
    assertThat(store.batches()).isEmpty();
  }

  @Test
  void aTurnThatWaitsForWhatNeverComesEndsWithItsInstance() throws Exception {
    Activation activation = ready();
    Promise<Void> never = Promise.promise();
    CompletableFuture<Void> began = new CompletableFuture<>();
    Code code =
        offer(
            activation,
            tenure -> {
              began.complete(null);
              tenure.await(never.future());
            });
    waitHere(began);
    until(() -> !tenure(activation).turns().stretch().isRunning());
    lose(activation);
    assertThat(code.end()).isInstanceOf(ObjectReset.class);
  }

  @Test
  void aTurnThatBeginsToWaitAsItsInstanceEndsEndsToo() throws Exception {
    Activation activation = ready();
    Promise<Void> never = Promise.promise();
    store.loseNextCommit(false);
    Code code =
        offer(
            activation,
            tenure -> {
              tenure.memory().writes().put(Key.of("k"), new byte[] {1});
              // The commit of what is written before the wait is lost on this very thread.
              tenure.await(never.future());
            });
    assertThat(code.end()).isInstanceOf(ObjectReset.class);
    assertThat(activation.state()).isInstanceOf(LifeCycle.Over.class);
  }

  // ---- being given up while it is made

  @Test
  void oneThatIsGivenUpWhileItIsMadeHandlesNothing() throws Exception {
    CompletableFuture<Void> made = new CompletableFuture<>();
    making = _ -> waitHere(made);
    Activation activation = activation();
    until(() -> activation.state() instanceof Opening<Tenure>);
    activation.release();
    assertThat(activation.state()).isInstanceOf(Releasing.class);
    made.complete(null);
    until(() -> !movedOn.isEmpty());
    assertThat(movedOn).containsExactly(first);
    assertThat(first.ended).isNotDone();
    assertThat(activation.state()).isInstanceOf(LifeCycle.Over.class);
  }

  @Test
  void oneThatIsKeptWhileItIsMadeHandlesNothingBeforeItIsMade() throws Exception {
    Promise<Void> made = Promise.promise();
    CompletableFuture<Void> began = new CompletableFuture<>();
    making =
        tenure -> {
          began.complete(null);
          tenure.await(made.future());
        };
    Activation activation = activation();
    waitHere(began);
    until(() -> !tenure(activation).turns().stretch().isRunning());
    activation.release();
    Code code = offer(activation, Tenure::made);
    assertThat(activation.state()).isInstanceOf(Opening.class);
    assertThat(activation.waiting()).isEqualTo(2);
    made.complete();
    assertThat(code.end()).isNull();
    assertThat(activation.state()).isInstanceOf(Ready.class);
  }

  @Test
  void anEventThatComesBeforeTheLastCommitKeepsTheInstance() throws Exception {
    Activation activation = ready();
    CompletableFuture<Void> go = new CompletableFuture<>();
    Code running = offer(activation, _ -> waitHere(go));
    until(() -> activation.begun() == 1 && activation.waiting() == 0);
    activation.release();
    Code next = offer(activation, _ -> {});
    assertThat(activation.state()).isInstanceOf(Ready.class);
    go.complete(null);
    assertThat(running.end()).isNull();
    assertThat(next.end()).isNull();
    assertThat(movedOn).isEmpty();
  }
}

package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node may still do when its lease is over: nothing that anybody would learn of. */
final class LeaseTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  private final LateUpkeep upkeep = new LateUpkeep();
  private final Lab lab = new Lab(ObjectLimits.DEFAULT, TTL, Duration.ofMillis(100), upkeep);

  /** What renews a lease, on a machine that at times gives it no processor. */
  private static final class LateUpkeep implements Function<Host, Deployable> {
    private static final long MILLIS = 20;
    private volatile boolean late;

    @Override
    public Deployable apply(Host host) {
      return new VerticleBase() {
        @Override
        public Future<?> start() {
          vertx.setPeriodic(
              MILLIS,
              _ -> {
                if (!late) {
                  host.tick();
                }
              });
          return Future.succeededFuture();
        }
      };
    }
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** Cuts the node off until its lease is over. */
  private void outlast() {
    upkeep.late = true;
    long began = System.nanoTime();
    ObjectBed.until(() -> System.nanoTime() - began > TTL.toNanos());
  }

  /** Lets the node find out, and begin again. */
  private void comeBack() {
    lab.store.advance(TTL.multipliedBy(2));
    upkeep.late = false;
  }

  @Test
  void aReadWhoseTurnOutlastedTheLeaseIsNotAnswered() {
    AtomicInteger runs = new AtomicInteger();
    lab.ping("a");
    Future<String> call =
        lab.call(
            "a",
            _ -> {
              if (runs.incrementAndGet() > 1) {
                return "fresh";
              }
              outlast();
              return "stale";
            });
    ObjectBed.until(() -> runs.get() == 1);
    long began = System.nanoTime();
    ObjectBed.until(() -> System.nanoTime() - began > TTL.toNanos() * 3 / 2);
    comeBack();
    assertThat(call.await()).isEqualTo("fresh");
  }

  @Test
  void noTurnBeginsWithoutALease() {
    lab.ping("a");
    outlast();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              lab.seen.add("on instance " + self.instance);
              return 0;
            });
    long began = System.nanoTime();
    ObjectBed.until(() -> System.nanoTime() - began > TTL.toNanos() / 5);
    comeBack();
    call.await();
    assertThat(lab.seen.all()).containsExactly("on instance 2");
  }

  @Test
  void whoWaitedOutsideDoesNotGoOnWithoutALease() {
    Promise<Integer> outside = Promise.promise();
    AtomicInteger begun = new AtomicInteger();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              begun.incrementAndGet();
              self.context.await(outside.future());
              lab.seen.add("went on");
              return self.instance;
            });
    ObjectBed.until(() -> begun.get() == 1);
    outlast();
    outside.complete(1);
    comeBack();
    // It had waited for something outside, so it is not known what it has done there.
    assertThat(ObjectBed.errorOf(call).code()).isEqualTo("object:reset.unavailable");
    assertThat(lab.seen.all()).isEmpty();
  }

  @Test
  void aCommitOfANodeThatWasCutOffIsUnknownToItsCaller() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    Future<Integer> call = lab.call("a", self -> self.add("value", 1));
    ObjectBed.until(() -> commits.waiting() == 1);
    outlast();
    commits.open();
    assertThat(ObjectBed.errorOf(call).code()).isEqualTo("object:reset.unavailable");
    comeBack();
    assertThat(lab.count("a", "value")).isZero();
  }
}

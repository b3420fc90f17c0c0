package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.Outcome;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.instance.Stretch;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.instance.Turns;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host does from time to time: renews its lease, buries nodes whose lease has run out, drops
 * idle instances, gives up turns that never end, reads the database's clock, tidies up.
 */
public final class Housekeeping extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
  private static final long LEASE_MILLIS = 100;
  private static final long SWEEP_MILLIS = 1_000;
  private static final long CLOCK_MILLIS = 10_000;
  private static final long TIDY_MILLIS = Duration.ofMinutes(10).toMillis();
  private static final Duration KEEP_REPLIES = Duration.ofDays(1);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long FORGET_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

  private final Host host;
  private final AtomicBoolean burying = new AtomicBoolean();

  public Housekeeping(Host host) {
    this.host = host;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(LEASE_MILLIS, _ -> host.tick());
    vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
    vertx.setPeriodic(CLOCK_MILLIS, _ -> readClock());
    vertx.setPeriodic(TIDY_MILLIS, _ -> host.store().tidy(KEEP_REPLIES));
    return Future.succeededFuture();
  }

  private void sweep() {
    bury();
    int active = 0;
    for (Activation activation : host.active()) {
      active++;
      Tenure tenure = activation.tenure();
      if (tenure != null) {
        watch(activation, tenure, host.surroundings().nanoClock().getAsLong());
      }
      long idle = activation.activity().idleNanos();
      if (idle > activation.objectClass().limits().idle().toNanos()) {
        Instances.evict(activation);
      } else if (idle > FORGET_AFTER_NANOS) {
        activation.rest();
      }
    }
    if (active > host.options().maxActive()) {
      dropLongestIdle(active - host.options().maxActive());
    }
  }

  private void dropLongestIdle(int count) {
    host.active().stream()
        .filter(activation -> Instances.pins(activation).isEmpty())
        .sorted(Comparator.comparingLong(Housekeeping::idleNanos).reversed())
        .limit(count)
        .forEach(Instances::evict);
  }

  private static long idleNanos(Activation activation) {
    return activation.activity().idleNanos();
  }

  /** Gives up a turn that runs and runs. Its thread cannot be ended, but it can do no harm. */
  private static void watch(Activation activation, Tenure tenure, long nowNanos) {
    long limit = activation.objectClass().limits().turn().toNanos();
    Turns turns = tenure.turns();
    if (turns.stretch().nanos(nowNanos) > limit) {
      giveUp(activation, "A turn", turns.stretch());
    } else if (turns.section().nanos(nowNanos) > limit) {
      giveUp(activation, "A critical section", turns.section());
    } else {
      watchWaits(activation, turns, nowNanos);
    }
  }

  private static void watchWaits(Activation activation, Turns turns, long nowNanos) {
    long limit = activation.objectClass().limits().elapsed().toNanos();
    for (Turn turn : turns.begun()) {
      if (nowNanos - turn.beganNanos() > limit) {
        String what = turn.event().what();
        log.atError()
            .addKeyValue("object", activation.id())
            .log("{} waited too long for something outside and is given up", what);
        activation.endAsSent(ObjectErrors.timeout(activation.id(), what, Outcome.NOT_EXECUTED));
        return;
      }
    }
  }

  private static void giveUp(Activation activation, String what, Stretch stretch) {
    StringBuilder stack = new StringBuilder();
    for (StackTraceElement frame : stretch.stack()) {
      stack.append("\n\tat ").append(frame);
    }
    log.atError()
        .addKeyValue("object", activation.id())
        .log("{} took too long and is given up; it was at{}", what, stack);
    activation.endAsSent(ObjectErrors.timeout(activation.id(), what, Outcome.NOT_EXECUTED));
  }

  private void bury() {
    if (host.incarnation() == null || !burying.compareAndSet(false, true)) {
      return;
    }
    host.store()
        .buryExpired(host.options().leaseTtl())
        .timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            (buried, failure) -> {
              burying.set(false);
              if (failure == null && !buried.isEmpty()) {
                report(buried);
              }
            });
  }

  private static void report(List<String> buried) {
    log.atWarn().addKeyValue("incarnations", buried).log("buried nodes whose lease had run out");
  }

  private void readClock() {
    long asked = host.clock().mark();
    host.store().now().onSuccess(now -> host.clock().set(now, asked));
  }
}

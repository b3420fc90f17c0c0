package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.store.ObjectStore.DueAlarm;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for alarms that are due and has them delivered, by whichever node sees them first. */
public final class AlarmPoller extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(AlarmPoller.class);
  private static final int BATCH = 200;
  private static final int MAX_ON_THE_WAY = 2_000;
  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long AGAIN_MILLIS = 2_000;
  private static final int LOCAL_ATTEMPTS = 10;

  private final Host host;
  private final Delivery delivery;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger onTheWay = new AtomicInteger();

  /** Takes an alarm to the object's owner. */
  @FunctionalInterface
  public interface Delivery {
    /**
     * Completes when what the alarm did is durable.
     *
     * @param brokeOff whether its handler has run and ended the instance: that counts as an error
     */
    Future<Void> deliver(DueAlarm alarm, boolean brokeOff);
  }

  public AlarmPoller(Host host, Delivery delivery) {
    this.host = host;
    this.delivery = delivery;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(host.options().alarmPoll().toMillis(), _ -> look());
    return Future.succeededFuture();
  }

  private void look() {
    List<String> namespaces = List.copyOf(host.namespaces());
    if (onTheWay.get() >= MAX_ON_THE_WAY
        || namespaces.isEmpty()
        || host.isDraining()
        || host.incarnation() == null
        || !looking.compareAndSet(false, true)) {
      return;
    }
    host.store()
        .takeDue(namespaces, HOLD, BATCH)
        .timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            (due, failure) -> {
              looking.set(false);
              if (failure == null) {
                due.forEach(alarm -> deliver(alarm, 1, false));
                if (due.size() == BATCH) {
                  look();
                }
              }
            });
  }

  private void deliver(DueAlarm alarm, int attempt, boolean brokeOff) {
    onTheWay.incrementAndGet();
    if (attempt == 1) {
      host.surroundings().metrics().alarm(host.clock().millis() - alarm.dueMillis());
    }
    delivery
        .deliver(alarm, brokeOff)
        .onComplete(
            (_, failure) -> {
              onTheWay.decrementAndGet();
              if (failure != null) {
                log.atDebug()
                    .addKeyValue("object", alarm.id())
                    .addKeyValue("alarm", alarm.alarm())
                    .setCause(failure)
                    .log("alarm was not delivered");
                again(alarm, attempt, brokeOff, failure);
              }
            });
  }

  /** Tries again while no other node may take it; after that some node does. */
  private void again(DueAlarm alarm, int attempt, boolean brokeOff, Throwable failure) {
    if (attempt < LOCAL_ATTEMPTS && !host.isDraining()) {
      DueAlarm next =
          new DueAlarm(alarm.id(), alarm.alarm(), alarm.dueMillis(), alarm.deliveries() + 1);
      if (!brokeOff && ObjectErrors.brokeOff(WeftException.from("object", failure).error())) {
        deliver(next, attempt + 1, true);
      } else {
        vertx.setTimer(AGAIN_MILLIS, _ -> deliver(next, attempt + 1, brokeOff));
      }
    }
  }
}

package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.AlarmHandler.Alarm;
import dev.weft.durable.internal.call.ObjectEndpoints.DueAlarm;
import dev.weft.durable.internal.instance.AlarmTable;
import dev.weft.durable.internal.instance.Event;
import dev.weft.durable.internal.instance.LiveObject;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An alarm that fires. Completes its promise when what it did is durable. */
public final class AlarmEvent extends Event implements OutputGate.Exit {
  private static final Logger log = LoggerFactory.getLogger(AlarmEvent.class);
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final long FIRST_RETRY_MILLIS = 2_000;
  private static final long LONGEST_RETRY_MILLIS = 1_024_000;

  private final DueAlarm due;
  private final String alarm;
  private final Promise<Void> done;
  private final CallContext call = CallContext.background(LIMIT);
  private AlarmRow row = new AlarmRow(0, 0, 0);
  private volatile @Nullable LiveObject owner;

  public AlarmEvent(DueAlarm due, Promise<Void> done) {
    this.due = due;
    this.alarm = due.alarm();
    this.done = done;
  }

  @Override
  public String what() {
    return "alarm " + alarm;
  }

  @Override
  public CallContext call() {
    return call;
  }

  /** One that comes late must not make anew what was deleted. */
  @Override
  public boolean creates() {
    return false;
  }

  @Override
  public void run(Turn turn) throws Throwable {
    LiveObject object = turn.object();
    AlarmTable alarms = object.alarms();
    AlarmRow set = alarms.row(alarm);
    boolean stands = set != null && set.dueMillis() == due.dueMillis();
    if (!stands) {
      set = alarms.takeReplaced(alarm, due.dueMillis());
    }
    if (set == null) {
      // Delivered before, or set anew since.
      leave(turn);
      return;
    }
    if (stands && alarms.isRunning(alarm, set)) {
      // Taken again by a node that has waited too long; if this run fails, it is there again.
      leave(turn);
      return;
    }
    row = set;
    if (stands) {
      alarms.begin(alarm, set);
    }
    if (due.brokeOff()) {
      failed(object, new IllegalStateException("its handler ended the instance"));
    } else if (!(object.made() instanceof AlarmHandler handler)) {
      alarms.end(alarm, set);
      log.atWarn()
          .addKeyValue("object", object.id())
          .addKeyValue("alarm", alarm)
          .log("alarm is dropped: the class is no AlarmHandler");
    } else {
      Instant scheduled = Instant.ofEpochMilli(row.scheduledMillis());
      boolean retry = row.failures() > 0 || due.deliveries() > 1;
      handler.alarm(new Alarm(alarm, scheduled, row.failures(), retry));
      alarms.end(alarm, set);
    }
    leave(turn);
  }

  @Override
  public void failed(Turn turn, Throwable failure) {
    failed(turn.object(), failure);
    leave(turn);
  }

  private void failed(LiveObject object, Throwable failure) {
    int failures = row.failures() + 1;
    boolean again = failures <= AlarmHandler.MAX_RETRIES;
    boolean ours = object.alarms().isRunning(alarm, row);
    log.atWarn()
        .addKeyValue("object", object.id())
        .addKeyValue("alarm", alarm)
        .addKeyValue("failures", failures)
        .setCause(failure)
        .log(again && ours ? "alarm failed and is tried again" : "alarm failed for good");
    if (again && ours) {
      long next = object.nowMillis() + pause(failures);
      object.alarms().retry(alarm, new AlarmRow(next, row.scheduledMillis(), failures));
    } else {
      object.alarms().end(alarm, row);
    }
  }

  /** Doubling pauses with up to a quarter more, so that many do not come back at once. */
  private static long pause(int failures) {
    long millis = Math.min(FIRST_RETRY_MILLIS << (failures - 1), LONGEST_RETRY_MILLIS);
    return millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1);
  }

  private void leave(Turn turn) {
    owner = turn.object();
    turn.leave(this);
  }

  @Override
  public void leave(boolean waited) {
    done.tryComplete();
  }

  @Override
  public void lost(Loss loss) {
    LiveObject object = owner;
    if (object != null) {
      done.tryFail(object.cutShort(loss, Outcome.UNKNOWN));
    }
  }

  @Override
  public void lost(Turn turn, Loss loss) {
    owner = turn.object();
    lost(loss);
  }

  @Override
  public void refuse(WeftException why) {
    done.tryFail(why);
  }
}

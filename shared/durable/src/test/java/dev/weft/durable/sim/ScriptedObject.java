package dev.weft.durable.sim;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.Feed;
import dev.weft.durable.ListOptions;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.Storage;
import dev.weft.durable.Topic;
import dev.weft.durable.sim.Ledger.Attempt;
import dev.weft.durable.sim.Requests.Request;
import dev.weft.durable.sim.Requests.Run;
import dev.weft.durable.sim.Script.Step;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An object whose methods do what scripts say, and compare at each step what the runtime shows with
 * what the sequential model says.
 */
final class ScriptedObject implements Scripted, AlarmHandler {
  /** Its reads trust the lease. */
  static final Namespace<Scripted> LEASED = Namespace.of("leased", Scripted.class).asOpen();

  /** Its reads trust the database only. */
  static final Namespace<Scripted> STRICT = Namespace.of("strict", Scripted.class).asOpen();

  /** Changes with every stretch that writes, so that no two states are equal. */
  private static final String STAMP = "~";

  private final Simulation simulation;
  private final World world;
  private final Ledger ledger;
  private final ObjectContext context;
  private final Storage storage;
  private final Topic<Long> topic;
  private final Life life;
  private final AlarmSteps alarms;

  /** What undoes a transaction, or ends a turn. */
  private static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Thrown() {
      super("thrown by a script", null, false, false);
    }
  }

  ScriptedObject(Simulation simulation, ObjectContext context, Life life) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.ledger = simulation.ledger;
    this.context = context;
    this.storage = context.storage();
    this.topic = context.topic(Long.class);
    this.life = life;
    this.alarms = new AlarmSteps(simulation, context, life, this::stamp);
  }

  static Namespace<Scripted> namespace(ObjectId id) {
    return id.namespace().equals(STRICT.name()) ? STRICT : LEASED;
  }

  @Override
  public long once(long call) {
    return answer(call);
  }

  @Override
  public long often(long call) {
    return answer(call);
  }

  @Override
  public Feed<Long> watch() {
    turn(Performer.task(), Script.EMPTY);
    return topic;
  }

  private long answer(long call) {
    Attempt attempt =
        Objects.requireNonNull(ledger.attempt(context.call().requestId()), "sent before");
    ledger.begins(attempt, life);
    Request request = attempt.call.request;
    Run run = request == null ? null : ledger.requests.begins(request, life);
    turn(Performer.of(attempt, run), attempt.call.script);
    return run == null ? call : run.number;
  }

  @Override
  public void alarm(Alarm alarm) {
    String what = "I6: alarm " + alarm.name() + " of " + life;
    long due = alarm.scheduled().toEpochMilli();
    world.check(due <= simulation.databaseMillis(), what + " fires before its time");
    world.check(life.fires(alarm.name(), due), what + " fires though it is not set");
    turn(Performer.of(alarm), Script.random(world, 2));
  }

  // ---- turns

  private void turn(Performer turn, Script script) {
    world.note(life.place, life + " begins " + turn + " " + script.steps());
    world.check(life.holder == null, "I7: " + turn + " begins while " + life.holder + " runs");
    world.check(life.critical == null, "I7: " + turn + " begins within a critical section");
    checkOwned(turn + " begins");
    life.holder = turn;
    boolean reset = false;
    try {
      performToItsEnd(script, turn);
    } catch (ObjectReset e) {
      reset = true;
      throw e;
    } finally {
      if (!reset) {
        seal(turn);
        turn.ended(life.newest());
      }
      if (life.holder == turn) {
        life.holder = null;
      }
      world.note(life.place, life + " ends " + turn);
    }
  }

  private void checkOwned(String what) {
    world.check(!life.over, "I7: " + what + " in " + life + ", which is over");
    world.check(ledger.holdsLease(life), "I7: " + what + " in " + life + ", without a lease");
  }

  private boolean seal(Performer turn) {
    boolean wrote = life.seal();
    if (wrote) {
      turn.sealed(life.newest());
    }
    return wrote;
  }

  private interface Wait<T> {
    T await();
  }

  /** Waits for something outside: what was written may go, and others may come. */
  private <T> T yielding(Performer turn, Wait<T> wait) {
    int firstBefore = turn.attempt == null ? 0 : turn.attempt.firstStretch;
    boolean wrote = seal(turn);
    life.holder = null;
    long before = world.taskNumber();
    boolean reset = false;
    try {
      return wait.await();
    } catch (ObjectReset e) {
      reset = true;
      throw e;
    } finally {
      if (before == world.taskNumber()) {
        // It had not to wait, so the stretch goes on.
        if (wrote) {
          life.unseal();
          if (turn.attempt != null) {
            turn.attempt.firstStretch = firstBefore;
          }
        }
        life.holder = turn;
      } else if (!reset) {
        world.check(life.holder == null, "I7: " + turn + " goes on while " + life.holder + " runs");
        world.check(
            life.critical == null || life.critical == turn,
            "I7: " + turn + " goes on within the critical section of " + life.critical);
        checkOwned(turn + " goes on");
        life.holder = turn;
      }
    }
  }

  // ---- steps

  private void performToItsEnd(Script script, Performer turn) {
    try {
      perform(script, turn);
    } catch (RuntimeException e) {
      last(turn);
      if (turn.alarm == null) {
        throw e;
      }
      // It would be tried again after a pause that is not of the seed's making.
      return;
    }
    last(turn);
  }

  /** What must have its effect once is written last: with it the turn's answer is kept. */
  private void last(Performer turn) {
    if (turn.run != null || turn.alarm != null) {
      stamp();
    }
    if (turn.alarm != null) {
      life.fired(turn.alarm.name(), turn.alarm.scheduled().toEpochMilli());
    }
  }

  private void perform(Script script, Performer turn) {
    for (Step step : script.steps()) {
      world.check(life.holder == turn, "I7: " + turn + " runs while " + life.holder + " does");
      world.note(life.place, life + " " + turn + " " + step.kind() + " " + step.key());
      perform(step, turn);
    }
  }

  private void perform(Step step, Performer turn) {
    switch (step.kind()) {
      case READ -> read(step.key());
      case LIST -> list(step.flag());
      case WRITE -> {
        write(step.key(), world.random.nextLong(1_000_000));
        stamp();
      }
      case DELETE -> delete(step.key());
      case DELETE_ALL -> {
        storage.deleteAll();
        life.clear();
        stamp();
      }
      case TRANSACTION -> transaction(step, turn);
      case CRITICAL -> critical(step, turn);
      case OUTSIDE -> outside(turn);
      case AWAIT -> {
        turn.wentOutside();
        Future<Long> something = simulation.something(life.place);
        long ignored = yielding(turn, () -> context.await(something));
      }
      case CALL -> call(step, turn);
      case PUBLISH -> {
        turn.wentOutside();
        topic.publish(ledger.item(life));
      }
      case SYNC -> {
        int dependency = life.dependency();
        yielding(
            turn,
            () -> {
              storage.sync();
              return 0;
            });
        world.check(life.durable >= dependency, "sync of " + turn + " returns when all is durable");
      }
      case WAIT_UNTIL -> {
        life.ownWaiting++;
        context.waitUntil(
            () -> {
              life.ownWaiting--;
              turn(Performer.task(), step.body());
            });
      }
      case SET_ALARM -> alarms.set(step.flag() ? "a" : "b");
      case DELETE_ALARM -> alarms.delete(step.flag() ? "a" : "b");
      case THROW -> {
        throw step.flag()
            ? WeftError.of("sim", Reason.CONFLICT, "thrown by a script")
                .withOutcome(Outcome.NOT_EXECUTED)
                .exception()
            : new Thrown();
      }
      case ABORT -> {
        life.over = true;
        throw context.abort("a script says so");
      }
    }
  }

  private void read(String key) {
    Long value = storage.get(key, Long.class).orElse(null);
    ledger.shown(
        life,
        Objects.equals(value, life.get(key)),
        key + " of " + life + " is " + value + ", not the " + life.get(key) + " written last");
  }

  private void list(boolean reverse) {
    ListOptions options = reverse ? ListOptions.all().reversed() : ListOptions.all();
    List<String> shown = new ArrayList<>();
    storage.list(options, Long.class).forEach((key, value) -> shown.add(key + "=" + value));
    List<String> meant = new ArrayList<>();
    life.all().forEach((key, value) -> meant.add(key + "=" + value));
    ledger.shown(
        life,
        shown.equals(reverse ? meant.reversed() : meant),
        life + " shows " + shown + ", not " + meant);
  }

  private void write(String key, long value) {
    storage.put(key, value);
    life.put(key, value);
  }

  private void stamp() {
    write(STAMP, simulation.nextStamp());
  }

  private void delete(String key) {
    boolean there = storage.delete(key);
    ledger.shown(life, there == (life.get(key) != null), "delete says whether there was a value");
    if (there) {
      life.put(key, null);
      stamp();
    }
  }

  private void transaction(Step step, Performer turn) {
    try {
      storage.transaction(
          () -> {
            enter(turn);
            life.beginTransaction();
            boolean kept = false;
            try {
              perform(step.body(), turn);
              if (step.flag()) {
                throw new Thrown();
              }
              kept = true;
            } finally {
              life.endTransaction(kept);
              leave();
            }
          });
    } catch (Thrown e) {
      world.note(life.place, life + " " + turn + " has undone its transaction");
    }
    list(false);
  }

  private void critical(Step step, Performer turn) {
    context.blockConcurrencyWhile(
        () -> {
          enter(turn);
          try {
            perform(step.body(), turn);
          } catch (RuntimeException e) {
            // What a critical section throws ends the instance.
            life.over = true;
            throw e;
          } finally {
            leave();
          }
        });
  }

  private void enter(Performer turn) {
    life.critical = turn;
    life.criticalDepth++;
  }

  private void leave() {
    life.criticalDepth--;
    if (life.criticalDepth == 0) {
      life.critical = null;
    }
  }

  private void outside(Performer turn) {
    int dependency = life.dependency();
    boolean waits = life.heard < dependency;
    long ignored =
        yielding(
            turn,
            () ->
                context.outside(
                    () -> {
                      turn.wentOutside();
                      ledger.leaves(life, dependency, waits, "an operation");
                      return simulation.something(life.place);
                    }));
  }

  private void call(Step step, Performer turn) {
    turn.wentOutside();
    Future<Long> answer = simulation.callFrom(life, context.objects(), step.flag());
    try {
      long ignored = yielding(turn, () -> context.await(answer));
    } catch (WeftException e) {
      world.note(life.place, life + " " + turn + " hears " + e.error().code());
    }
  }
}

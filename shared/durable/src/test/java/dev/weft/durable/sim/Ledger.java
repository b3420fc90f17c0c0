package dev.weft.durable.sim;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.sim.Requests.Request;
import dev.weft.durable.sim.World.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What has happened so far, and the rules about what may leave an object. */
final class Ledger {
  final Requests requests;
  private final World world;
  private final Map<ObjectId, List<Life>> lives = new HashMap<>();
  private final Map<String, Long> leases = new HashMap<>();
  private final Map<String, Life> ofNode = new HashMap<>();
  private final Map<Long, Call> calls = new HashMap<>();
  private final Map<String, Attempt> attempts = new HashMap<>();
  private final Map<Long, Item> items = new HashMap<>();
  private final Map<ObjectId, Version> acknowledged = new HashMap<>();
  private final Map<Long, Long> answered = new HashMap<>();

  /** A state of an object, in the order of its whole history. */
  record Version(long epoch, int stretch) {
    boolean isBefore(Version other) {
      return epoch < other.epoch || epoch == other.epoch && stretch < other.stretch;
    }
  }

  /** A call as its caller made it. */
  static final class Call {
    final long number;
    final ObjectId target;
    final boolean repeatable;
    final Script script;
    final @Nullable Request request;
    final @Nullable Life from;
    final int dependency;
    final @Nullable Version seenBefore;
    boolean begun;

    Call(
        long number,
        ObjectId target,
        boolean repeatable,
        Script script,
        @Nullable Request request,
        @Nullable Life from,
        @Nullable Version seenBefore) {
      this.number = number;
      this.target = target;
      this.repeatable = repeatable;
      this.script = script;
      this.request = request;
      this.from = from;
      this.dependency = from == null ? 0 : from.dependency();
      this.seenBefore = seenBefore;
    }
  }

  /** One way of a call to a node. */
  static final class Attempt {
    final Call call;
    final String name;
    final long stub;
    final long sequence;
    @Nullable Life life;
    int firstStretch;
    int dependency;
    boolean wentOutside;
    boolean answered;
    boolean notExecuted;

    Attempt(Call call, String name, long stub, long sequence) {
      this.call = call;
      this.name = name;
      this.stub = stub;
      this.sequence = sequence;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record Item(Life life, int dependency) {}

  Ledger(World world) {
    this.world = world;
    this.requests = new Requests(world);
  }

  // ---- ownership

  void leased(String incarnation, long untilMillis) {
    leases.put(incarnation, untilMillis);
  }

  /** Whether it does, or cannot know better. */
  boolean holdsLease(Life life) {
    return life.place.stoppedMillis != null
        || world.millis() < leases.getOrDefault(life.incarnation, 0L);
  }

  /** The database has given the object to a node. */
  Life claimed(
      ObjectId id, long epoch, String incarnation, Place place, SortedMap<String, Long> found) {
    Life life = new Life(id, epoch, incarnation, place, found);
    List<Life> all = lives.computeIfAbsent(id, _ -> new ArrayList<>());
    if (!all.isEmpty()) {
      Life last = all.getLast();
      last.overtaken = true;
      world.check(last.epoch < epoch, "epochs only grow");
      world.check(
          last.sealed.get(last.durable).equals(found),
          life + " begins with what the stretches of " + last + " left behind");
    }
    all.add(life);
    return life;
  }

  /** The node has learnt that it owns the object. */
  void told(Life life) {
    Life before = lifeOn(life.place, life.id);
    if (before != null && before.epoch > life.epoch) {
      // It was claimed for an incarnation that is over by now.
      life.over = true;
      return;
    }
    if (before != null) {
      before.over = true;
    }
    ofNode.put(life.place.name + life.id, life);
  }

  @Nullable Life lifeOn(Place place, ObjectId id) {
    return ofNode.get(place.name + id);
  }

  void over(Place place, ObjectId id) {
    Life life = lifeOn(place, id);
    if (life != null) {
      life.over = true;
    }
  }

  Life life(ObjectId id, long epoch) {
    return Objects.requireNonNull(lives.get(id)).stream()
        .filter(life -> life.epoch == epoch)
        .findFirst()
        .orElseThrow();
  }

  /** The database has this state after a commit. */
  void committed(Life life, SortedMap<String, Long> state) {
    int stretch = life.find(state);
    world.check(stretch >= 0, "a commit of " + life + " is some of its stretches, in order");
    for (Attempt attempt : attempts.values()) {
      world.check(
          !attempt.notExecuted
              || attempt.life != life
              || attempt.firstStretch == 0
              || attempt.firstStretch > stretch,
          attempt + ", said to be not executed, has had no effect");
    }
    life.durable = Math.max(life.durable, stretch);
    requests.committed(life.id);
  }

  // ---- calls

  Call call(
      ObjectId target,
      boolean repeatable,
      Script script,
      @Nullable Request request,
      @Nullable Life from) {
    long number = calls.size() + 1;
    Version seenBefore = acknowledged.get(target);
    Call call = new Call(number, target, repeatable, script, request, from, seenBefore);
    calls.put(call.number, call);
    return call;
  }

  Call call(long number) {
    return Objects.requireNonNull(calls.get(number));
  }

  /** A call leaves for a node. */
  Attempt sent(long number, long stub, long sequence) {
    Call call = call(number);
    if (call.from != null) {
      world.check(
          call.from.durable >= call.dependency,
          "I2: call " + number + " of " + call.from + " leaves after what it depends on");
    }
    Attempt attempt = new Attempt(call, "call" + number + "." + attempts.size(), stub, sequence);
    attempts.put(attempt.name, attempt);
    return attempt;
  }

  @Nullable Attempt attempt(String name) {
    return attempts.get(name);
  }

  /** The turn of a call begins. */
  void begins(Attempt attempt, Life life) {
    world.check(!attempt.notExecuted, attempt + " begins though it was refused");
    attempt.life = life;
    // What is made again, because it had no effect or may have two, had its place before.
    Request request = attempt.call.request;
    boolean again = attempt.call.begun || request != null && request.hasBegun();
    attempt.call.begun = true;
    long before = life.begun.getOrDefault(attempt.stub, 0L);
    if (!again) {
      world.check(
          attempt.sequence >= before && attempt.sequence >= answered.getOrDefault(attempt.stub, 0L),
          "I4: " + attempt + " begins before those that its stub made later");
    }
    life.begun.put(attempt.stub, Math.max(before, attempt.sequence));
  }

  /** An answer leaves its object. */
  void answered(Attempt attempt, long value) {
    attempt.answered = true;
    answered.merge(attempt.stub, attempt.sequence, Math::max);
    Request request = attempt.call.request;
    if (request != null) {
      requests.answered(request, value);
    }
    Life life = attempt.life;
    if (life == null) {
      world.check(request != null, attempt + " is answered without a turn");
      return;
    }
    world.check(
        life.durable >= attempt.dependency,
        "I2: the answer to " + attempt + " leaves after what it depends on");
    Version shown = new Version(life.epoch, attempt.dependency);
    Version seen = attempt.call.seenBefore;
    boolean promised = life.place.stoppedMillis == null || isStrict(life.id);
    world.check(
        seen == null || !shown.isBefore(seen) || !promised,
        "I3: " + attempt + " shows what was acknowledged before it was made");
    acknowledged.merge(life.id, shown, (a, b) -> a.isBefore(b) ? b : a);
  }

  private static boolean isStrict(ObjectId id) {
    return ScriptedObject.namespace(id) == ScriptedObject.STRICT;
  }

  /** A failure leaves the object of a call, or its node. */
  void failed(Attempt attempt, WeftError error) {
    attempt.answered = true;
    Life life = attempt.life;
    Outcome outcome = error.outcome();
    if (outcome == Outcome.NOT_EXECUTED) {
      attempt.notExecuted = true;
      world.check(!attempt.wentOutside, attempt + " is not executed, but was outside");
      world.check(
          life == null || attempt.firstStretch == 0 || attempt.firstStretch > life.durable,
          attempt + " is not executed, but has had an effect");
    } else if (outcome == Outcome.EXECUTED) {
      world.check(
          life == null || life.durable >= attempt.dependency,
          "I2: the failure of " + attempt + " leaves after what it depends on");
      if (attempt.call.request != null) {
        requests.failed(attempt.call.request, error.code() + " " + error.message());
      }
    }
  }

  /** What an instance shows its turns; of one that is overtaken it does not matter. */
  void shown(Life life, boolean right, String rule) {
    world.check(right || life.overtaken, rule);
  }

  // ---- other things that leave

  /**
   * Something else leaves an object now.
   *
   * @param waited whether it had to wait for a commit, which proves who owns the object
   */
  void leaves(Life life, int dependency, boolean waited, String what) {
    world.check(life.durable >= dependency, "I2: " + what + " of " + life + " leaves too early");
    world.check(!life.over, "I7: " + what + " of " + life + " leaves though it is over");
    world.check(
        waited || holdsLease(life), "I7: " + what + " of " + life + " leaves without a lease");
  }

  long item(Life life) {
    long number = items.size() + 1;
    items.put(number, new Item(life, life.dependency()));
    return number;
  }

  void watched(long number) {
    Item item = Objects.requireNonNull(items.get(number));
    world.check(
        item.life.durable >= item.dependency,
        "I2: item " + number + " of " + item.life + " leaves after what it depends on");
  }
}

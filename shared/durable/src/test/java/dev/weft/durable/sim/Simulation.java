package dev.weft.durable.sim;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectLimits;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.runtime.HostHand;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.durable.sim.Requests.Request;
import dev.weft.durable.sim.World.Place;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes, a client that never fails, and a few objects: first anything may happen, then all that
 * was begun has to come to an end.
 */
final class Simulation {
  private static final int OBJECTS = 2;
  private static final int STUBS = 3;
  private static final int MAX_CALLS = 40;
  private static final int MAX_ALARMS = 20;
  private static final int QUIET_STEPS = 30_000;
  private static final long BEAT_MILLIS = 900;

  final World world;
  final Ledger ledger;
  private final Faults faults;
  private final MemoryObjectStore database = new MemoryObjectStore();
  private final long beginMillis = database.millis();
  private final SimThreads threads;
  private final Place server = new Place("db");
  private final SimNetwork network;
  private final List<ObjectId> objects = new ArrayList<>();
  private final List<Stub<Scripted>> stubs = new ArrayList<>();
  private final List<Future<Long>> answers = new ArrayList<>();
  private final List<ObjectClass<?>> classes;
  private final int mailbox;
  private final int faultPermille;
  private int nodeCount;
  private int callCount;
  private int alarmCount;
  private long stamp;

  Simulation(long seed) {
    world = new World(seed);
    ledger = new Ledger(world);
    faults = new Faults(world, world.chance(30) ? 0 : 1 + world.below(4));
    faultPermille = world.chance(30) ? 0 : 1 + world.below(25);
    threads = new SimThreads(world);
    for (int i = 0; i < OBJECTS; i++) {
      byte[] bytes = new byte[ObjectId.BYTES];
      Arrays.fill(bytes, (byte) i);
      Namespace<Scripted> namespace = i == 0 ? ScriptedObject.LEASED : ScriptedObject.STRICT;
      objects.add(new ObjectId(namespace.name(), bytes, "o" + i));
    }
    network = new SimNetwork(world, ledger, faults, objects);
    mailbox = world.chance(30) ? 2 : 100;
    ObjectLimits limits =
        ObjectLimits.DEFAULT
            .withMailbox(mailbox, 1 << 20)
            .withCacheBytes(world.chance(60) ? 8 : 1 << 20);
    classes =
        List.of(
            classOf(ScriptedObject.LEASED, limits),
            classOf(ScriptedObject.STRICT, limits).withStrictReads());
  }

  private ObjectClass<Scripted> classOf(Namespace<Scripted> namespace, ObjectLimits limits) {
    return ObjectClass.of(namespace, context -> new ScriptedObject(this, context, lifeOf(context)))
        .withLimits(limits);
  }

  private Life lifeOf(ObjectContext context) {
    SimNode node = (SimNode) context.objects();
    return Objects.requireNonNull(ledger.lifeOn(node.place, context.id()), "claimed before");
  }

  /** Runs it; throws when a rule was broken. */
  void run() {
    try {
      start();
      int steps = 150 + world.below(600);
      for (int i = 0; i < steps && world.broken() == null; i++) {
        if (world.below(1000) < faultPermille) {
          disturb();
        } else if (callCount < MAX_CALLS && world.chance(6)) {
          call();
        } else if (world.chance(3)) {
          poll(world.anyOf(network.nodes()));
        } else if (!world.step() || world.chance(3)) {
          world.nextTimer();
        }
        checkMailboxes();
      }
      comeToAnEnd();
    } finally {
      threads.interruptAll();
      for (int i = 0; i < QUIET_STEPS && world.step(); i++) {
        // Threads that would wait for ever end.
      }
    }
  }

  private void start() {
    Place outside = new Place("client");
    SimVertx vertx = new SimVertx(world, threads, outside);
    DurableObjects client = new SimNode(world, outside, vertx, network.mesh(outside), database);
    newNode();
    newNode();
    for (int i = 0; i < STUBS; i++) {
      ObjectId id = world.anyOf(objects);
      stubs.add(client.stub(ScriptedObject.namespace(id), id));
    }
  }

  private void newNode() {
    Place place = new Place("n" + ++nodeCount);
    SimVertx vertx = new SimVertx(world, threads, place);
    SimStore store = new SimStore(world, ledger, faults, database, server, place);
    SimNode node = new SimNode(world, place, vertx, network.mesh(place), store.store());
    node.start(classes);
    network.joins(node);
  }

  // ---- calls

  private void call() {
    callCount++;
    answers.add(callOrRequest(world.anyOf(stubs), 0, null));
  }

  private Future<Long> callOrRequest(Stub<Scripted> stub, int depth, @Nullable Life from) {
    return world.chance(30)
        ? request(stub, ledger.requests.any(stub.id(), depth), from)
        : call(stub, Script.random(world, depth), null, from);
  }

  private Future<Long> request(Stub<Scripted> stub, Request request, @Nullable Life from) {
    return call(stub.withRequestId(request.id), request.script, request, from);
  }

  private Future<Long> call(
      Stub<Scripted> stub, Script script, @Nullable Request request, @Nullable Life from) {
    boolean repeatable = world.chance(50);
    long number = ledger.call(stub.id(), repeatable, script, request, from).number;
    String what = (request == null ? "" : request + " ") + script.steps();
    world.note(server, "(call " + number + " of " + stub.id() + " " + what + ")");
    return stub.call(object -> repeatable ? object.often(number) : object.once(number));
  }

  /** A call that an object makes in a turn. */
  Future<Long> callFrom(Life life, DurableObjects objectsOfNode, boolean toItself) {
    ObjectId target = toItself ? life.id : world.anyOf(objects);
    Stub<Scripted> stub = objectsOfNode.stub(ScriptedObject.namespace(target), target);
    return callOrRequest(stub, 2, life);
  }

  /** Something outside that takes its time. */
  Future<Long> something(Place place) {
    Promise<Long> promise = Promise.promise();
    world.later(place, "something comes", () -> promise.complete(0L));
    return promise.future();
  }

  long nextStamp() {
    return ++stamp;
  }

  // ---- alarms

  long databaseMillis() {
    return database.millis();
  }

  /** There comes an end, also to alarms that set alarms. */
  boolean mayAlarmBeSet() {
    return ++alarmCount <= MAX_ALARMS;
  }

  private static void poll(SimNode node) {
    if (!node.place.frozen) {
      node.poll();
    }
  }

  private boolean alarmsAreLeft() {
    return objects.stream().anyMatch(id -> !database.alarms(id).result().isEmpty());
  }

  private void watch(SimNode node) {
    ObjectId id = world.anyOf(objects);
    ObjectRequest request =
        new ObjectRequest(
            id.hex(),
            null,
            "watch",
            new Fragment("[]".getBytes(StandardCharsets.UTF_8)),
            null,
            0,
            0,
            0,
            List.of(),
            null,
            null);
    node.host.watch(id, request, SimNetwork.context("watch"), watcher(), node.vertx.loop());
  }

  @SuppressWarnings("unchecked") // as the writer of a topic is used
  private StreamWriter<ObjectReply> watcher() {
    return SimVertx.proxy(
        StreamWriter.class,
        (method, args) -> {
          if (method.equals("write") && ((ObjectReply) args[0]).value() != null) {
            byte[] json = Objects.requireNonNull(((ObjectReply) args[0]).value()).json();
            ledger.watched(Long.parseLong(new String(json, StandardCharsets.UTF_8)));
          }
          return Future.succeededFuture();
        });
  }

  // ---- faults

  private void disturb() {
    SimNode node = world.anyOf(network.nodes());
    ObjectId id = world.anyOf(objects);
    switch (world.below(12)) {
      case 0 -> {
        world.note(node.place, "evicts " + id);
        HostHand.evict(node.host, id);
      }
      case 1 -> {
        world.note(node.place, "gives " + id + " up");
        HostHand.release(node.host, id);
      }
      case 2 -> {
        world.note(node.place, "resets " + id);
        if (!node.place.frozen) {
          if (HostHand.reset(node.host, id)) {
            ledger.over(node.place, id);
          }
        }
      }
      case 3 -> drain(node);
      case 4 -> crash(node);
      case 5, 6 -> {
        node.place.frozen = !node.place.frozen;
        world.note(node.place, node.place.frozen ? "stands still" : "goes on");
      }
      case 7, 8 -> time(500 + world.below(1_000));
      case 9, 10 -> clock(node);
      default -> watch(node);
    }
  }

  private void drain(SimNode node) {
    if (!node.draining && !node.place.frozen) {
      world.note(node.place, "drains");
      node.draining = true;
      network.changed();
      node.host
          .drain()
          .onComplete(
              _ -> {
                network.leaves(node);
                node.place.gone = true;
              });
      newNode();
    }
  }

  private void crash(SimNode node) {
    world.note(node.place, "crashes");
    node.place.gone = true;
    network.leaves(node);
    newNode();
  }

  /** A clock that stands still, until the node is buried and others may own what it had. */
  private void clock(SimNode node) {
    if (node.place.stoppedMillis == null) {
      world.note(node.place, "has a clock that stands still");
      node.place.stoppedMillis = world.millis();
      for (long passed = 0; passed < SimNode.OPTIONS.leaseTtl().toMillis(); passed += BEAT_MILLIS) {
        time(BEAT_MILLIS);
      }
      for (int i = 0; i < OBJECTS; i++) {
        call();
        answers.add(call(world.anyOf(stubs), Script.LOOK, null, null));
      }
    } else {
      world.note(node.place, "has its clock put right");
      node.place.stoppedMillis = null;
    }
  }

  private void time(long millis) {
    world.advance(millis);
    database.setMillis(beginMillis + world.millis());
    for (SimNode node : network.nodes()) {
      if (!node.place.frozen) {
        node.tick(database.millis());
      }
    }
  }

  // ---- the end

  /** Nothing goes wrong any more: what was begun must end. */
  private void comeToAnEnd() {
    faults.stop();
    for (SimNode node : network.nodes()) {
      node.place.frozen = false;
      node.place.stoppedMillis = null;
    }
    time(1);
    settle();
    for (ObjectId id : objects) {
      stubs.stream()
          .filter(stub -> stub.id().equals(id))
          .forEach(stub -> answers.add(call(stub, Script.LOOK, null, null)));
    }
    for (Request request : ledger.requests.all()) {
      stubs.stream()
          .filter(stub -> stub.id().equals(request.target))
          .forEach(stub -> answers.add(request(stub, request, null)));
    }
    settle();
    long open = answers.stream().filter(answer -> !answer.isComplete()).count();
    world.check(open == 0, "every call is answered in the end: " + open + " are not");
    String broken = world.broken();
    if (broken != null) {
      throw new AssertionError(broken);
    }
  }

  private void settle() {
    for (int i = 0; world.broken() == null; i++) {
      if (i > QUIET_STEPS) {
        world.check(false, "it comes to an end");
      }
      if (!world.step()) {
        boolean allAnswered = answers.stream().allMatch(Future::isComplete);
        if (!alarmsAreLeft() && (allAnswered || !world.hasTimer())) {
          return;
        }
        network.nodes().forEach(Simulation::poll);
        if (world.hasTimerWithin(BEAT_MILLIS)) {
          world.nextTimer();
        }
        time(BEAT_MILLIS / 10);
      }
    }
  }

  private void checkMailboxes() {
    for (SimNode node : network.nodes()) {
      for (ObjectId id : objects) {
        Life life = ledger.lifeOn(node.place, id);
        int own = life == null ? 0 : life.ownWaiting;
        world.check(
            HostHand.waiting(node.host, id) <= mailbox + own, "mailboxes keep their bounds");
      }
    }
  }
}

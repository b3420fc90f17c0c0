package dev.weft.durable;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.store.FaultyStore;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.durable.internal.upkeep.Housekeeping;
import io.vertx.core.AsyncResult;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Objects that do what the test says: a call runs a piece of the test as a turn. */
final class Lab implements AutoCloseable {
  static final Namespace<Probe> PROBES = Namespace.of("probe", Probe.class).asOpen();

  /** So many keys that an instance does not have them all in memory from the start. */
  static final int MANY = 300;

  /** An alarm that does nothing but show that the node has looked for alarms. */
  static final String WITNESS = "witness";

  interface Probe {
    void run(long body);

    @Idempotent
    void read(long body);

    Feed<String> watch();
  }

  /** A piece of the test that runs as a turn. */
  @FunctionalInterface
  interface Body<R extends @Nullable Object> {
    R run(ProbeObject self) throws Exception;
  }

  /** What an alarm does. */
  @FunctionalInterface
  interface AlarmBody {
    void run(ProbeObject self, AlarmHandler.Alarm alarm) throws Exception;
  }

  /** The object. */
  static final class ProbeObject implements Probe, AlarmHandler {
    final ObjectContext context;
    final Storage storage;
    final Topic<String> topic;

    /** Which instance this is of all that the lab has made. */
    final int instance;

    private final Lab lab;

    ProbeObject(ObjectContext context, Lab lab) throws Exception {
      this.context = context;
      this.storage = context.storage();
      this.lab = lab;
      this.instance = lab.instances.incrementAndGet();
      this.topic = context.topic(String.class);
      Object ignored = lab.onConstruct.run(this);
    }

    @Override
    public void run(long body) {
      lab.perform(this, body);
    }

    @Override
    public void read(long body) {
      lab.perform(this, body);
    }

    @Override
    public Feed<String> watch() {
      lab.watches.incrementAndGet();
      return topic;
    }

    @Override
    public void alarm(Alarm alarm) throws Exception {
      lab.alarms.add(alarm);
      if (!alarm.name().equals(WITNESS)) {
        lab.onAlarm.run(this, alarm);
      }
    }

    int count(String key) {
      return storage.get(key, Integer.class, 0);
    }

    int add(String key, int n) {
      int sum = count(key) + n;
      storage.put(key, sum);
      return sum;
    }
  }

  final MemoryObjectStore store = new MemoryObjectStore();
  final ObjectBed bed;
  final ObjectsSeen seen = new ObjectsSeen();
  final List<AlarmHandler.Alarm> alarms = new CopyOnWriteArrayList<>();
  final AtomicInteger instances = new AtomicInteger();
  final AtomicInteger watches = new AtomicInteger();
  volatile Body<?> onConstruct = _ -> "";
  volatile AlarmBody onAlarm = (_, _) -> {};
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Body<?>> bodies = Collections.synchronizedMap(new HashMap<>());
  private final Map<Long, @Nullable Object> results = Collections.synchronizedMap(new HashMap<>());

  /** What bodies note on their way, in order. */
  static final class ObjectsSeen {
    private final List<String> events = new CopyOnWriteArrayList<>();

    void add(String event) {
      events.add(event);
    }

    List<String> all() {
      return List.copyOf(events);
    }
  }

  Lab() {
    this(ObjectLimits.DEFAULT);
  }

  Lab(ObjectLimits limits) {
    this(limits, Duration.ofSeconds(5), Duration.ofSeconds(1));
  }

  Lab(ObjectLimits limits, Duration leaseTtl, Duration leaseRenewal) {
    this(limits, leaseTtl, leaseRenewal, Housekeeping::new);
  }

  Lab(
      ObjectLimits limits,
      Duration leaseTtl,
      Duration leaseRenewal,
      Function<Host, Deployable> upkeep) {
    byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
    ObjectsOptions options = ObjectsOptions.of(secret).withLease(leaseTtl, leaseRenewal);
    // The database's clock stands still: the test moves it.
    bed = new ObjectBed(store, options, () -> 0, upkeep);
    bed.host(ObjectClass.of(PROBES, this::make).withLimits(limits));
  }

  ProbeObject make(ObjectContext context) throws Exception {
    return new ProbeObject(context, this);
  }

  Stub<Probe> stub(String name) {
    return bed.objects.stub(PROBES, name);
  }

  ObjectId id(String name) {
    return bed.objects.idFromName(PROBES, name);
  }

  /** Runs the body as a turn of the object; its result comes when the answer does. */
  <R extends @Nullable Object> Future<R> call(String name, Body<R> body) {
    return call(stub(name), body);
  }

  <R extends @Nullable Object> Future<R> call(Stub<Probe> stub, Body<R> body) {
    long number = number(body);
    return stub.run(probe -> probe.run(number)).transform(answer -> result(number, answer));
  }

  /** The same by a method that may be repeated. */
  <R extends @Nullable Object> Future<R> read(Stub<Probe> stub, Body<R> body) {
    long number = number(body);
    return stub.run(probe -> probe.read(number)).transform(answer -> result(number, answer));
  }

  /** What the body returned; a failed assertion in it is the test's. */
  @SuppressWarnings("unchecked") // the result is that of the body
  private <R extends @Nullable Object> Future<R> result(long number, AsyncResult<?> answer) {
    Object result = results.get(number);
    if (result instanceof AssertionError failed) {
      return Future.failedFuture(failed);
    }
    return answer.failed()
        ? Future.failedFuture(answer.cause())
        : Future.succeededFuture((R) result);
  }

  /** Runs the body and waits for the answer. */
  <R extends @Nullable Object> R run(String name, Body<R> body) {
    return call(name, body).await();
  }

  /** Waits for an answer of the object that reads and writes nothing. */
  void ping(String name) {
    int ignored = run(name, _ -> 0);
  }

  /** A stored number. */
  int count(String name, String key) {
    return run(name, self -> self.count(key));
  }

  /** The number by which a body can be called. */
  long number(Body<?> body) {
    long number = numbers.incrementAndGet();
    bodies.put(number, body);
    return number;
  }

  private void perform(ProbeObject self, long number) {
    Body<?> body = bodies.get(number);
    try {
      results.put(number, body == null ? null : body.run(self));
    } catch (AssertionError e) {
      results.put(number, e);
      throw e;
    } catch (Exception e) {
      throw Lab.<RuntimeException>asIs(e);
    }
  }

  @SuppressWarnings("unchecked") // thrown as what it is
  private static <E extends Exception> E asIs(Exception e) throws E {
    throw (E) e;
  }

  /** Drops the instance, so that the next call makes one that has to read. */
  void evict(String name) {
    ObjectId id = id(name);
    ObjectBed.until(() -> bed.objects.inspector().evict(id).await());
    ObjectBed.until(() -> !bed.host.has(id));
  }

  /** Gives the object many keys and drops it: keys behind "fill" are then not in memory. */
  void fill(String name) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < MANY; i++) {
      values.put("fill%03d".formatted(i), i);
    }
    run(
        name,
        self -> {
          self.storage.put(values);
          return 0;
        });
    evict(name);
  }

  /** What the database has of a key, as an object that has just been made sees it. */
  int stored(String name, String key) {
    evict(name);
    return count(name, key);
  }

  /** From now on reads of the store take a while, until this is closed. */
  AutoCloseable slowReads() {
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    FaultyStore.Gate gate = store.hold(FaultyStore.Operation.READ);
                    pause();
                    gate.open();
                  }
                });
    return () -> {
      thread.interrupt();
      thread.join();
    };
  }

  private static void pause() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many commits of the object the store was given. */
  long commits(String name) {
    ObjectId id = id(name);
    return store.batches().stream()
        .flatMap(List::stream)
        .filter(commit -> commit.id().equals(id))
        .count();
  }

  /** Moves the database's clock, and with it that of the node, which otherwise stand still. */
  void advance(Duration by) {
    store.advance(by);
    bed.host.clock().set(store.millis(), bed.host.clock().mark());
  }

  /** The code a call fails with. */
  static String codeOf(Future<?> call) {
    try {
      Object value = call.await();
      return "answered " + value;
    } catch (WeftException e) {
      return e.error().code();
    }
  }

  @Override
  public void close() {
    bed.close();
  }
}

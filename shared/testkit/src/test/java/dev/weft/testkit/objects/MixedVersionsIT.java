package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.Feed;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.Stub;
import dev.weft.durable.Topic;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.call.WatchEndpoints;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.Directory;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.Meshes;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestIdentities;
import dev.weft.testkit.versions.GrownMessages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose every message has a field more and no optional one works with one of today. */
@Timeout(120)
class MixedVersionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  record Ask(String text, @Nullable Integer times, List<String> hints) {}

  record Answer(String text, @Nullable String remark, List<String> sources) {}

  static final UnaryEndpoint<Ask, Answer> ECHO =
      Endpoint.unary("test.echo", Ask.class, Answer.class).asOpen();
  static final UnaryEndpoint<Ask, Answer> FAIL =
      Endpoint.unary("test.fail", Ask.class, Answer.class).asOpen();
  static final StreamEndpoint<Ask, Answer> COUNT =
      Endpoint.stream("test.count", Ask.class, Answer.class).asOpen();
  static final StreamEndpoint<Ask, Answer> WAIT =
      Endpoint.stream("test.wait", Ask.class, Answer.class).asOpen();

  interface Counter {
    long add(long n);

    @Idempotent
    long value();

    void later();

    void fail();

    Feed<Long> watch();
  }

  static final Namespace<Counter> COUNTERS = Namespace.of("grown", Counter.class).asOpen();

  static final class CounterObject implements Counter, AlarmHandler {
    private final ObjectContext context;
    private final Topic<Long> topic;

    CounterObject(ObjectContext context) {
      this.context = context;
      this.topic = context.topic(Long.class);
    }

    @Override
    public long add(long n) {
      long sum = value() + n;
      context.storage().put("value", sum);
      topic.publish(sum);
      return sum;
    }

    @Override
    public long value() {
      return context.storage().get("value", Long.class, 0L);
    }

    @Override
    public void later() {
      context.storage().alarms().set(Duration.ofMillis(1));
    }

    @Override
    public void alarm(Alarm alarm) {
      add(1_000);
    }

    @Override
    public void fail() {
      throw WeftError.of("test:counter", Reason.BUSY, "Not now.").exception();
    }

    @Override
    public Feed<Long> watch() {
      return topic;
    }
  }

  @Test
  void callsStreamsErrorsBeatsAndSignsOfLifePassBetweenThem() {
    Ports ports = new Ports(2);
    ClusteredMesh today = join(ports);
    ClusteredMesh other = join(ports);
    try {
      GrownMessages grown =
          new GrownMessages(
              other.vertx(), List.of(today.vertx()), List.of(ECHO, FAIL, COUNT, WAIT));
      sendWhatNobodyKnows(other, today);
      for (ClusteredMesh[] pair : new ClusteredMesh[][] {{today, other}, {other, today}}) {
        List<String> deployed = serve(pair[1]);
        ask(pair[0]);
        deployed.forEach(id -> pair[1].vertx().undeploy(id).await());
        Eventually.holds(
            PATIENCE,
            () ->
                pair[0].mesh().directory().nodes().stream().allMatch(n -> n.services().isEmpty()));
      }
      for (String kind : List.of("call", "open", "reply", "items", "end", "error", "beat")) {
        assertThat(grown.changed(kind)).as(kind).isPositive();
      }
      assertThat(grown.changed("alive")).as("alive").isPositive();
      assertThat(grown.dropped())
          .contains("Ask.times", "Ask.hints", "Answer.remark", "Answer.sources");
    } finally {
      leave(other);
      leave(today);
    }
  }

  /** A message of a kind that this version does not have. */
  private static void sendWhatNobodyKnows(ClusteredMesh from, ClusteredMesh to) {
    DeliveryOptions kind =
        new DeliveryOptions().addHeader("k", "later").addHeader("from", clusterId(from));
    from.vertx().eventBus().send("node." + clusterId(to), Buffer.buffer("{\"a\":1}"), kind);
  }

  private static String clusterId(ClusteredMesh node) {
    return ((VertxInternal) node.vertx()).clusterManager().getNodeId();
  }

  private static ClusteredMesh join(Ports ports) {
    MeshOptions options =
        MeshOptions.named("versions", "1").withStreamSilence(Duration.ofMillis(1_500));
    return Meshes.clustered(
            new VertxOptions(), b -> b, options, ports.next(), _ -> new TestIdentities())
        .await();
  }

  private static void leave(ClusteredMesh node) {
    node.mesh().close().await();
    node.vertx().close().await();
  }

  private static List<String> serve(ClusteredMesh node) {
    return List.of(
        node.vertx()
            .deployVerticle(
                context -> {
                  node.mesh()
                      .serve(ECHO, (ask, call) -> Future.succeededFuture(answer(ask.text())));
                  node.mesh()
                      .serve(
                          FAIL,
                          (ask, call) ->
                              Future.failedFuture(
                                  WeftError.of("test:thing", Reason.BUSY, "Not now.")
                                      .withDetail("wait", 5)
                                      .exception()));
                  node.mesh()
                      .serve(
                          COUNT,
                          (ask, call, out) -> {
                            for (int i = 0; i < 500; i++) {
                              out.write(answer(Integer.toString(i)));
                            }
                            out.end();
                          });
                  node.mesh().serve(WAIT, (ask, call, out) -> out.write(answer("open")));
                  return Future.succeededFuture();
                })
            .await());
  }

  private static Answer answer(String text) {
    return new Answer(text, "a remark", List.of("a source"));
  }

  private static void ask(ClusteredMesh caller) {
    Ask ask = new Ask("hello", 3, List.of("hint"));
    assertThat(caller.mesh().call(ECHO, ask, within()).await().text()).isEqualTo("hello");
    try {
      caller.mesh().call(FAIL, ask, within()).await();
      throw new AssertionError("did not fail");
    } catch (WeftException e) {
      assertThat(e.error().code()).isEqualTo("test:thing.busy");
      assertThat(e.error().details()).containsEntry("wait", 5);
    }
    Reading counted = new Reading(caller, COUNT);
    counted.end.future().timeout(20, TimeUnit.SECONDS).await();
    assertThat(counted.items)
        .isEqualTo(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
    // Longer than the silence after which a stream without signs of life is over.
    Reading quiet = new Reading(caller, WAIT);
    caller.vertx().timer(4_000).await();
    assertThat(quiet.items).containsExactly("open");
    assertThat(quiet.end.future().isComplete()).isFalse();
    quiet.cancel();
    assertThat(caller.mesh().directory().nodes())
        .hasSize(2)
        .allMatch(node -> node.state() == Directory.NodeState.READY);
  }

  /** A stream as it is read on an event loop. */
  private static final class Reading {
    final List<String> items = Collections.synchronizedList(new ArrayList<>());
    final Promise<Void> end = Promise.promise();
    private final Context context;
    private @Nullable MeshStream<Answer> stream;

    Reading(ClusteredMesh caller, StreamEndpoint<Ask, Answer> endpoint) {
      context = caller.vertx().getOrCreateContext();
      context.runOnContext(
          _ -> {
            MeshStream<Answer> opened =
                caller.mesh().call(endpoint, new Ask("go", null, List.of()), within());
            opened.handler(item -> items.add(item.text()));
            opened.exceptionHandler(end::tryFail);
            opened.endHandler(_ -> end.tryComplete());
            stream = opened;
          });
    }

    void cancel() {
      context.runOnContext(_ -> Objects.requireNonNull(stream).cancel());
    }
  }

  private static CallContext within() {
    return CallContext.background(PATIENCE);
  }

  @Test
  void objectsAreCalledWatchedMovedAndDeletedAcrossThem() {
    DatabaseUrl database = TestDatabases.create();
    Ports ports = new Ports(2);
    TestHost today = host(database, ports);
    TestHost other = host(database, ports);
    try {
      GrownMessages grown =
          new GrownMessages(
              other.vertx,
              List.of(today.vertx),
              List.of(
                  ObjectEndpoints.call(COUNTERS),
                  ObjectEndpoints.watch(COUNTERS),
                  WatchEndpoints.follow(COUNTERS),
                  WatchEndpoints.kept(COUNTERS.name()),
                  WatchEndpoints.check(COUNTERS.name()),
                  WatchEndpoints.PUSH,
                  ObjectEndpoints.alarm(COUNTERS.name()),
                  ObjectEndpoints.instance(COUNTERS.name())));
      for (int i = 0; i < 12; i++) {
        use(i % 2 == 0 ? today : other, i % 2 == 0 ? other : today, "object " + i);
      }
      for (String kind : List.of("call", "open", "reply", "items", "error", "beat")) {
        assertThat(grown.changed(kind)).as(kind).isPositive();
      }
      assertThat(grown.dropped()).contains("ObjectRequest.name", "ObjectRequest.chain");
    } finally {
      other.stop();
      today.stop();
      TestDatabases.drop(database);
    }
  }

  private static TestHost host(DatabaseUrl database, Ports ports) {
    ObjectsOptions options = ObjectsOptions.of("a test's".getBytes(StandardCharsets.UTF_8));
    return TestHost.start(
        database,
        options,
        () -> 0,
        new TestIdentities(),
        ports.next(),
        List.of(ObjectClass.of(COUNTERS, CounterObject::new)));
  }

  /** Everything that can be done with an object, from both nodes; one of them owns it. */
  private static void use(TestHost first, TestHost second, String name) {
    Stub<Counter> near = first.objects.stub(COUNTERS, name);
    Stub<Counter> far = second.objects.stub(COUNTERS, name);
    assertThat(near.call(c -> c.add(1)).await()).isEqualTo(1);
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    MeshStream<Long> watched = far.object().watch().open();
    watched.handler(seen::add);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    watched.exceptionHandler(failed::set);
    Eventually.holds(
        PATIENCE,
        () -> {
          assertThat(failed.get()).as("the watch of " + name).isNull();
          far.call(c -> c.add(1)).await();
          return seen.size() >= 3;
        });
    watched.cancel();
    boolean firstOwns = first.host.has(near.id());
    watchAsBefore(firstOwns ? first : second, firstOwns ? second : first, near);
    long value = near.call(Counter::value).await();
    List<Future<Long>> calls =
        IntStream.range(0, 20).mapToObj(_ -> far.call(c -> c.add(1))).toList();
    Future.all(calls).await();
    assertThat(calls.stream().map(Future::result))
        .isEqualTo(IntStream.rangeClosed(1, 20).mapToObj(i -> value + i).toList());
    for (Stub<Counter> each : List.of(near, far)) {
      try {
        each.run(Counter::fail).await();
        throw new AssertionError("did not fail");
      } catch (WeftException e) {
        assertThat(e.error().code()).isEqualTo("test:counter.busy");
      }
    }
    far.run(Counter::later).await();
    Eventually.holds(PATIENCE, () -> near.call(Counter::value).await() == value + 1_020);
    assertThat(second.objects.inspector().delete(far.id()).await()).isTrue();
    assertThat(near.call(Counter::value).await()).isZero();
  }

  /** By a stream of the object's own, as nodes watched that did not number items. */
  private static void watchAsBefore(TestHost owner, TestHost watching, Stub<Counter> stub) {
    ObjectRequest request =
        new ObjectRequest(
            stub.id().hex(),
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
    List<ObjectReply> seen = Collections.synchronizedList(new ArrayList<>());
    Promise<MeshStream<ObjectReply>> opened = Promise.promise();
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    Context context = watching.vertx.getOrCreateContext();
    context.runOnContext(
        _ -> {
          MeshStream<ObjectReply> stream =
              watching.mesh.callNode(
                  owner.mesh.nodeId(), ObjectEndpoints.watch(COUNTERS), request, within());
          stream.exceptionHandler(failed::set);
          opened.complete(stream.handler(seen::add));
        });
    MeshStream<ObjectReply> stream = opened.future().await();
    Eventually.holds(
        PATIENCE,
        () -> {
          assertThat(failed.get()).as("the stream of the owner").isNull();
          stub.call(c -> c.add(1)).await();
          return seen.size() >= 3;
        });
    context.runOnContext(_ -> stream.cancel());
  }
}

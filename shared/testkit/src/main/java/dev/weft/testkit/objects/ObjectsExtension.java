package dev.weft.testkit.objects;

import dev.weft.contracts.Identity;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.ObjectsNode;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.ProcessTag;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.call.ObjectEndpoints.DueAlarm;
import dev.weft.durable.internal.host.Host;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestIdentities;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Hosts durable objects for tests, on one node or several of this JVM, over PostgreSQL: a database
 * for each test class, gone when it ends.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ObjectsExtension objects =
 *     ObjectsExtension.hosting(ObjectClass.of(COUNTERS, CounterObject::new));
 *
 * @Test
 * void counts() {
 *   assertThat(objects.get(COUNTERS, "a").add(2)).isEqualTo(2);
 * }
 * }</pre>
 *
 * <p>Register it in a static field. Methods block, and are for the test's own thread.
 */
public final class ObjectsExtension implements BeforeAllCallback, AfterAllCallback {
  private static final int SPARE_NODES = 16;
  private static final byte[] SECRET = "a test's".getBytes(StandardCharsets.UTF_8);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ObjectClass<?>> classes;
  private final int size;
  private final TestIdentities identities = new TestIdentities();
  private final Map<Object, ObjectContext> contexts =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final List<TestHost> hosts = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();
  private final List<ClusteredMesh> callers = new ArrayList<>();
  private @Nullable DatabaseUrl database;
  private @Nullable Ports ports;
  private final AtomicLong clockShift = new AtomicLong();

  private ObjectsExtension(List<ObjectClass<?>> classes, int size) {
    this.classes = classes;
    this.size = size;
  }

  /** One node that hosts the classes. */
  public static ObjectsExtension hosting(ObjectClass<?>... classes) {
    return new ObjectsExtension(List.of(classes), 1);
  }

  /** As many nodes, joined to a cluster, each of which hosts the classes. */
  public ObjectsExtension onNodes(int nodes) {
    return new ObjectsExtension(classes, nodes);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    database = TestDatabases.create();
    ports = size == 1 ? null : new Ports(size + SPARE_NODES);
    for (int i = 0; i < size; i++) {
      String tag = "test-" + UUID.randomUUID();
      tags.add(tag);
      hosts.add(start(tag));
    }
  }

  private TestHost start(String tag) {
    ClusterOptions cluster = ports == null ? null : ports.next();
    ObjectsOptions options = ObjectsOptions.of(SECRET).withTag(tag);
    List<ObjectClass<?>> watched = new ArrayList<>();
    classes.forEach(each -> watched.add(watched(each)));
    return TestHost.start(url(), options, clockShift::get, identities, cluster, watched);
  }

  /** The same class, with a note of the context of each instance. */
  private <T> ObjectClass<T> watched(ObjectClass<T> original) {
    return new ObjectClass<>(
        original.namespace(),
        context -> {
          T instance = original.factory().create(context);
          contexts.put(instance, context);
          return instance;
        },
        original.limits(),
        original.strictReads(),
        original.migrations());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (ClusteredMesh caller : callers) {
      caller.mesh().close().await();
      caller.vertx().close().await();
    }
    callers.clear();
    hosts.forEach(TestHost::stop);
    hosts.clear();
    tags.clear();
    contexts.clear();
    clockShift.set(0);
    TestDatabases.drop(url());
  }

  private DatabaseUrl url() {
    DatabaseUrl url = database;
    if (url == null) {
      throw new IllegalStateException("Register the extension in a static field.");
    }
    return url;
  }

  /** The database of all nodes, for a look from outside. */
  public DatabaseUrl database() {
    return url();
  }

  // ---- calls

  /** The objects as the first node sees them. */
  public DurableObjects objects() {
    return objects(0);
  }

  /** What hosts the objects on a node. */
  Host host(int node) {
    return hosts.get(node).host;
  }

  /** The objects as a node sees them; a node that crashed has been replaced by another. */
  public DurableObjects objects(int node) {
    return hosts.get(node).objects;
  }

  /**
   * The objects as a node sees them that has joined the cluster, hosts none and has no database; it
   * leaves when the test class is done.
   */
  public DurableObjects joinCaller() {
    Ports cluster = ports;
    if (cluster == null) {
      throw new IllegalStateException("A single node has no cluster to join: use onNodes.");
    }
    ClusteredMesh joined =
        Meshes.clustered(
                new VertxOptions(),
                builder -> builder,
                MeshOptions.named("caller-test", "0"),
                cluster.next(),
                _ -> identities)
            .await();
    callers.add(joined);
    return ObjectsNode.calling(joined.vertx(), joined.mesh(), SECRET);
  }

  /** The object of that name. */
  public <T> T get(Namespace<T> namespace, String name) {
    return objects().get(namespace, name);
  }

  /** A stub for the object of that name. */
  public <T> Stub<T> stub(Namespace<T> namespace, String name) {
    return objects().stub(namespace, name);
  }

  /** The id that belongs to a name. */
  public ObjectId id(Namespace<?> namespace, String name) {
    return objects().idFromName(namespace, name);
  }

  /** A call by someone, for {@link Stub#with}; for namespaces that ask who calls. */
  public CallContext caller(String subject, Set<String> scopes) {
    String token = identities.issue(new Identity("tenant", subject, scopes, ""));
    return CallContext.start(
        CallContext.newRequestId(), CallContext.newTraceparent(), PATIENCE, token);
  }

  // ---- from within

  /**
   * Runs code as a turn of the object, which is made when it is not there; returns when what it
   * wrote is durable.
   *
   * @throws Exception what the code throws
   */
  @SuppressWarnings("NullAway") // null only when the code returned it
  public <T, R extends @Nullable Object> R runInObject(
      Namespace<T> namespace, ObjectId id, ObjectTask<T, R> task) throws Exception {
    AtomicReference<@Nullable R> result = new AtomicReference<>();
    AtomicReference<@Nullable Exception> thrown = new AtomicReference<>();
    onOwner(
        id,
        host ->
            run(
                host,
                id,
                instance -> {
                  ObjectContext context = contexts.get(instance);
                  if (context == null) {
                    throw new IllegalStateException(id + " is no object of this test");
                  }
                  try {
                    result.set(task.run(context, namespace.type().cast(instance)));
                  } catch (Exception e) {
                    thrown.set(e);
                  }
                }));
    Exception failure = thrown.get();
    if (failure != null) {
      throw failure;
    }
    return result.get();
  }

  private static Future<Void> run(Host host, ObjectId id, Consumer<Object> code) {
    Promise<Void> done = Promise.promise();
    host.dispatch(id, new CodeEvent(code, done));
    return done.future();
  }

  /** The same by name. */
  public <T, R extends @Nullable Object> R runInObject(
      Namespace<T> namespace, String name, ObjectTask<T, R> task) throws Exception {
    return runInObject(namespace, id(namespace, name), task);
  }

  /** Fires an alarm now, whenever it is due; false when it is not set. */
  public boolean runAlarm(ObjectId id, String alarm) {
    var row = hosts.getFirst().store.alarms(id).await().get(alarm);
    if (row == null) {
      return false;
    }
    DueAlarm due = new DueAlarm(id.hex(), alarm, row.dueMillis(), 1, false);
    onOwner(id, host -> host.alarm(id, due));
    return true;
  }

  /** Asks one node after the other, until one has the object. */
  private void onOwner(ObjectId id, Function<Host, Future<Void>> action) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int i = 0; ; i++) {
      Future<Void> done = action.apply(hosts.get(i % hosts.size()).host);
      try {
        done.await();
        return;
      } catch (WeftException e) {
        boolean elsewhere = e.error().code().equals("object:owner.unavailable");
        if (!elsewhere || System.nanoTime() - end > 0) {
          throw e;
        }
      }
    }
  }

  // ---- from outside

  /** All objects of a namespace, by name. */
  public List<ObjectInspector.Summary> listObjects(Namespace<?> namespace) {
    List<ObjectInspector.Summary> all = new ArrayList<>();
    List<ObjectInspector.Summary> page;
    String last = null;
    do {
      page = objects().inspector().list(namespace.name(), "", last, 1_000).await();
      all.addAll(page);
      last = page.isEmpty() ? null : page.getLast().id();
    } while (last != null);
    return all;
  }

  /** Drops the instance as soon as nothing keeps it; the next call makes another. */
  public void evict(ObjectId id) {
    Eventually.holds(PATIENCE, () -> !isActive(id) || objects().inspector().evict(id).await());
    Eventually.holds(PATIENCE, () -> !isActive(id));
  }

  /** Whether any node has an instance of the object. */
  public boolean isActive(ObjectId id) {
    return hosts.stream().anyMatch(host -> host.host.has(id));
  }

  /** Resets the instance, whatever it does; false when there was none. */
  public boolean reset(ObjectId id) {
    return objects().inspector().reset(id).await();
  }

  /** Moves the clock that alarms go by. What is due by then fires at the next look, soon. */
  public void advance(Duration by) {
    clockShift.addAndGet(by.toMillis());
    for (TestHost host : hosts) {
      host.host.clock().set(host.store.now().await(), host.host.clock().mark());
    }
  }

  /** The sum of a counter over the nodes that are there now. */
  public double count(String meter) {
    return hosts.stream()
        .mapToDouble(host -> host.metrics.get(meter).functionCounter().count())
        .sum();
  }

  // ---- faults

  /** Stops a node in good order: it gives up its objects. Another takes its number. */
  public void replace(int node) {
    hosts.get(node).stop();
    tags.set(node, "test-" + UUID.randomUUID());
    hosts.set(node, start(tags.get(node)));
  }

  /**
   * Ends a node as a crash would: what it has not committed is lost. Its objects are free at once,
   * as where a supervisor sees a process end; another node takes its number.
   */
  public void crash(int node) {
    hosts.get(node).crash();
    DatabaseUrl url = url();
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
      int ignored = ProcessTag.hasEnded(connection, tags.get(node));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    tags.set(node, "test-" + UUID.randomUUID());
    hosts.set(node, start(tags.get(node)));
  }

  /** Cuts a node off: its lease is not renewed, its commits do not arrive. */
  public void pause(int node) {
    hosts.get(node).holding.hold();
  }

  /** Ends {@link #pause}. When the lease has run out meanwhile, the node begins again. */
  public void resume(int node) {
    hosts.get(node).holding.letGo();
  }

  /**
   * Takes the object away from its owner, as if another node had had it: nothing it does counts.
   */
  public void fence(ObjectId id) {
    TestDatabases.execute(
        url(),
        "UPDATE "
            + TestHost.SCHEMA
            + ".do_object SET owner = NULL, epoch = epoch + 1 WHERE id = decode('"
            + id.hex()
            + "', 'hex')");
  }
}

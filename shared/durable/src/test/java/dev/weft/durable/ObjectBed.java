package dev.weft.durable;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.node.DatabaseClock;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.node.Verticles;
import dev.weft.durable.internal.runtime.ObjectsRuntime;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.durable.internal.store.WayToStore;
import dev.weft.durable.internal.upkeep.Housekeeping;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Objects on one node over a store in memory. */
final class ObjectBed implements AutoCloseable {
  private static final Identity SOMEONE =
      new Identity("t", "s", Set.of(Scopes.OBJECTS_CALL, Scopes.OBJECTS_INSPECT), "");

  final Vertx vertx = Vertx.vertx();
  final Mesh mesh;
  final MemoryObjectStore store;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final ObjectsRuntime objects;
  final Host host;
  private final WayToStore way = new WayToStore();
  private boolean crashed;

  ObjectBed(MemoryObjectStore store) {
    this(store, ObjectsOptions.of("secret".getBytes(StandardCharsets.UTF_8)));
  }

  ObjectBed(MemoryObjectStore store, ObjectsOptions options) {
    this(store, options, System::nanoTime, Housekeeping::new);
  }

  /**
   * One of which the test decides more.
   *
   * @param carriesOn what carries the database's clock on between two readings
   * @param upkeep in place of the usual
   */
  ObjectBed(
      MemoryObjectStore store,
      ObjectsOptions options,
      LongSupplier carriesOn,
      Function<Host, Deployable> upkeep) {
    this.store = store;
    this.mesh = Meshes.local(vertx, MeshOptions.named("test", "0"), _ -> new Anyone());
    NodeSurroundings surroundings =
        new NodeSurroundings(
            vertx,
            way.to(store),
            new DatabaseClock(InstantSource.system(), carriesOn),
            new HostMetrics(metrics),
            new Verticles(vertx),
            System::nanoTime);
    AtomicReference<Host> made = new AtomicReference<>();
    this.objects =
        new ObjectsRuntime(
            mesh,
            options,
            metrics,
            all -> {
              made.set(new Host(surroundings, mesh, options, all));
              return made.get();
            },
            upkeep);
    this.host = Objects.requireNonNull(made.get());
  }

  private static final class Anyone implements IdentityVerifier {
    @Override
    public Identity remembered(String token) {
      return SOMEONE;
    }

    @Override
    public Future<Identity> verify(String token) {
      return Future.succeededFuture(SOMEONE);
    }
  }

  <T> void host(ObjectClass<T> objectClass) {
    objects.host(objectClass).await();
  }

  static WeftError errorOf(Runnable call) {
    try {
      call.run();
    } catch (WeftException e) {
      return e.error();
    }
    throw new AssertionError("the call did not fail");
  }

  static WeftError errorOf(Future<?> call) {
    return errorOf(call::await);
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 10 s");
      }
      Thread.yield();
    }
  }

  /** Ends it as a crash does: nothing that it sends arrives any more, and nobody is told. */
  void crash() {
    crashed = true;
    way.cut();
    vertx.close().await();
  }

  @Override
  public void close() {
    if (crashed) {
      return;
    }
    objects.drain().await();
    mesh.close().await();
    vertx.close().await();
  }
}

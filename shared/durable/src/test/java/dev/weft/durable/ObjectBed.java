package dev.weft.durable;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.runtime.ObjectsRuntime;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Objects on one node over a store in memory. */
final class ObjectBed implements AutoCloseable {
  private static final Identity SOMEONE = new Identity("t", "s", Set.of(Scopes.OBJECTS_CALL), "");

  final Vertx vertx = Vertx.vertx();
  final Mesh mesh;
  final MemoryObjectStore store;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final ObjectsRuntime objects;

  ObjectBed(MemoryObjectStore store) {
    this(store, ObjectsOptions.of("secret".getBytes(StandardCharsets.UTF_8)));
  }

  ObjectBed(MemoryObjectStore store, ObjectsOptions options) {
    this.store = store;
    this.mesh = Meshes.local(vertx, MeshOptions.named("test", "0"), _ -> new Anyone());
    this.objects = new ObjectsRuntime(vertx, mesh, store, options, metrics);
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

  @Override
  public void close() {
    objects.drain().await();
    mesh.close().await();
    vertx.close().await();
  }
}

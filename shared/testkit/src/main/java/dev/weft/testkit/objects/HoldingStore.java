package dev.weft.testkit.objects;

import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A store whose commits can be held back. Thread-safe. */
final class HoldingStore {
  private final ObjectStore store;
  private @Nullable Promise<Void> gate;

  HoldingStore(ObjectStore store) {
    this.store = store;
  }

  /** The store as a node sees it. */
  ObjectStore asStore() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, args) -> {
              if (method.getName().equals("openLane")) {
                return holding(store.openLane((String) args[0], (BooleanSupplier) args[1]));
              }
              try {
                return method.invoke(store, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ObjectStore.Lane holding(ObjectStore.Lane lane) {
    return (ObjectStore.Lane)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.Lane.class},
            (_, method, args) -> {
              Future<Void> passage =
                  method.getName().equals("commit") ? passage() : Future.succeededFuture();
              return passage.compose(_ -> invoke(lane, method, args));
            });
  }

  @SuppressWarnings("unchecked") // all methods of a lane return futures
  private static Future<Object> invoke(
      ObjectStore.Lane lane, Method method, Object @Nullable [] args) {
    try {
      return (Future<Object>) method.invoke(lane, args);
    } catch (ReflectiveOperationException e) {
      return Future.failedFuture(e);
    }
  }

  private synchronized Future<Void> passage() {
    return gate == null ? Future.succeededFuture() : gate.future();
  }

  /** From now on commits wait. */
  synchronized void hold() {
    if (gate == null) {
      gate = Promise.promise();
    }
  }

  /** Those that wait go on. */
  void letGo() {
    Promise<Void> held;
    synchronized (this) {
      held = gate;
      gate = null;
    }
    if (held != null) {
      held.complete();
    }
  }
}

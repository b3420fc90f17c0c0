package dev.weft.testkit.objects;

import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store from which a node can be cut off for a while, or for good. Thread-safe. */
final class HoldingStore {
  /** What a node that is cut off for a while waits for: it is not to find out by what it reads. */
  private static final Set<String> HELD = Set.of("commit", "renew", "register");

  private final ObjectStore store;
  private @Nullable Promise<Void> gate;
  private boolean cut;

  HoldingStore(ObjectStore store) {
    this.store = store;
  }

  /** The store as a node sees it. */
  ObjectStore asStore() {
    return proxy(ObjectStore.class, store);
  }

  private <T> T proxy(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, args) ->
                Future.class.isAssignableFrom(method.getReturnType())
                    ? passage(method).compose(_ -> later(target, method, args))
                    : now(target, method, args)));
  }

  private @Nullable Object now(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      Object result = method.invoke(target, args);
      return result instanceof ObjectStore.Lane lane ? proxy(ObjectStore.Lane.class, lane) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @SuppressWarnings("unchecked") // asked for methods that return futures
  private static Future<Object> later(Object target, Method method, Object @Nullable [] args) {
    try {
      return (Future<Object>) method.invoke(target, args);
    } catch (ReflectiveOperationException e) {
      return Future.failedFuture(e);
    }
  }

  private synchronized Future<Void> passage(Method method) {
    if (cut) {
      return method.getName().equals("claim")
          ? Future.failedFuture("cut off")
          : Promise.<Void>promise().future();
    }
    return gate == null || !HELD.contains(method.getName())
        ? Future.succeededFuture()
        : gate.future();
  }

  /** From now on commits wait, and the lease is not renewed. */
  synchronized void hold() {
    if (gate == null) {
      gate = Promise.promise();
    }
  }

  /** From now on nothing arrives, nor is answered; claims fail, so that their callers go on. */
  synchronized void cut() {
    cut = true;
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

package dev.weft.durable.internal.store;

import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** The way of one node to a store, which can be cut: then nothing arrives, nor is answered. */
public final class WayToStore {
  private volatile boolean cut;

  /** From now on it is cut. */
  public void cut() {
    cut = true;
  }

  /** The store as the node sees it. */
  public ObjectStore to(ObjectStore store) {
    return proxy(ObjectStore.class, store);
  }

  private <T> T proxy(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, args) -> pass(target, method, args)));
  }

  private @Nullable Object pass(Object target, Method method, Object @Nullable [] args)
      throws Throwable {
    if (cut) {
      return Promise.promise().future();
    }
    try {
      Object result = method.invoke(target, args);
      return result instanceof ObjectStore.Lane lane ? proxy(ObjectStore.Lane.class, lane) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

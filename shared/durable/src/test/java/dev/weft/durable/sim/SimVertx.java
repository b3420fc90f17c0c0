package dev.weft.durable.sim;

import dev.weft.durable.sim.World.Place;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The few things the runtime asks of Vert.x, as tasks of the simulation. */
final class SimVertx {
  private static final long SHORT_MILLIS = 300;

  private final World world;
  private final SimThreads threads;
  private final Place place;
  private final List<Handler<Long>> periodic = new ArrayList<>();
  private int deployments;

  SimVertx(World world, SimThreads threads, Place place) {
    this.world = world;
    this.threads = threads;
    this.place = place;
  }

  @SuppressWarnings("unchecked") // as setPeriodic is declared
  VertxInternal vertx() {
    ContextInternal loop = context(inOrder());
    return proxy(
        VertxInternal.class,
        (method, args) ->
            switch (method) {
              case "getOrCreateContext", "createEventLoopContext" -> loop;
              case "deployVerticle" -> deploy((Deployable) args[0]);
              case "undeploy" -> Future.succeededFuture();
              case "addCloseHook" -> null; // a simulated node is never closed
              case "setPeriodic" -> periodic.add((Handler<Long>) args[1]) ? 0L : -1L;
              case "timer" -> timer((Long) args[0]);
              case "setTimer" -> setTimer((Long) args[0], args[1]);
              case "cancelTimer" -> world.cancelTimer((Long) args[0]);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  /** What is done from time to time is done now. */
  void beat() {
    periodic.forEach(handler -> handler.handle(0L));
  }

  /** A future that is used by its {@code compose} only. */
  @SuppressWarnings("unchecked") // as compose is declared
  private Timer timer(long delayMillis) {
    Promise<Void> due = Promise.promise();
    setTimer(delayMillis, (Handler<Long>) _ -> due.complete());
    return proxy(
        Timer.class, (_, args) -> due.future().compose((Function<Void, Future<Object>>) args[0]));
  }

  @SuppressWarnings("unchecked") // as setTimer is declared
  private long setTimer(long delayMillis, Object handler) {
    // Pauses have a random part; it must come from the seed.
    long delay = delayMillis < SHORT_MILLIS ? 1 + world.below((int) SHORT_MILLIS) : delayMillis;
    return world.timer(place, delay, () -> ((Handler<Long>) handler).handle(0L));
  }

  private Future<String> deploy(Deployable verticle) {
    Promise<String> deployed = Promise.promise();
    world.later(
        place,
        "deploys",
        () -> {
          try {
            verticle.deploy(context(task -> threads.start(place, task)));
            deployed.complete("d" + ++deployments);
          } catch (Exception e) {
            deployed.fail(e);
          }
        });
    return deployed.future();
  }

  /** Runs one task after the other, as an event loop does. */
  Consumer<Runnable> inOrder() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    return task -> {
      tasks.add(task);
      if (tasks.size() == 1) {
        world.later(place, "loop", () -> runFirst(tasks));
      }
    };
  }

  private void runFirst(Deque<Runnable> tasks) {
    tasks.element().run();
    tasks.remove();
    if (!tasks.isEmpty()) {
      world.later(place, "loop", () -> runFirst(tasks));
    }
  }

  /** A context whose tasks go to the executor given. */
  @SuppressWarnings("unchecked") // as runOnContext is declared
  static ContextInternal context(Consumer<Runnable> executor) {
    return proxy(
        ContextInternal.class,
        (method, args) -> {
          switch (method) {
            case "runOnContext" -> executor.accept(() -> ((Handler<Void>) args[0]).handle(null));
            case "execute" -> executor.accept((Runnable) args[0]);
            case "promise" -> {
              return Promise.promise();
            }
            default -> throw new UnsupportedOperationException(method);
          }
          return null;
        });
  }

  Context loop() {
    return context(inOrder());
  }

  /** What stands behind an interface of which little is used. */
  interface Answers {
    @Nullable Object answer(String method, Object[] args) throws Throwable;
  }

  static <T> T proxy(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) ->
                switch (method.getName()) {
                  case "hashCode" -> 1;
                  case "equals" -> self == args[0];
                  case "toString" -> type.getSimpleName();
                  default -> answers.answer(method.getName(), args == null ? new Object[0] : args);
                }));
  }
}

package dev.weft.mesh.vertx;

import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Operations on a Vert.x {@link Context} that its public interface lacks. All may be called from
 * any thread unless they say otherwise, and none blocks.
 *
 * <p>A <em>duplicate</em> of a context runs on the same thread and keeps values of its own: one is
 * made for each request, so that what the request carries is not seen by others.
 */
public final class Contexts {

  /** A new context on an event loop, the next in turn; it belongs to no verticle. */
  public static Context newEventLoop(Vertx vertx) {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  /** A duplicate of the context. */
  public static Context duplicate(Context context) {
    return internal(context).duplicate();
  }

  /** The context that a duplicate was made of; the context itself when it is no duplicate. */
  public static Context original(Context context) {
    return internal(context).unwrap();
  }

  /** Whether the current thread is one that the context runs on. */
  public static boolean inThread(Context context) {
    return internal(context).inThread();
  }

  /** Whether both run on the same event loop: code of one may then call the other directly. */
  public static boolean shareEventLoop(Context one, Context other) {
    return one.isEventLoopContext()
        && other.isEventLoopContext()
        && internal(one).nettyEventLoop() == internal(other).nettyEventLoop();
  }

  /**
   * Runs the task on the context's thread: at once when the caller is on it, else as soon as it
   * can.
   */
  public static void execute(Context context, Runnable task) {
    internal(context).execute(task);
  }

  /** Runs the task on the event loop that the context belongs to, never at once. */
  public static void executeOnEventLoop(Context context, Runnable task) {
    internal(context).nettyEventLoop().execute(task);
  }

  /**
   * Runs the task on the context after its event loop has looked for what there is to read, ends of
   * connections among it, once more. On that event loop only.
   */
  public static void afterNextRead(Context context, Runnable task) {
    // Due at once, but the queue of what is due is looked at only after reading.
    internal(context)
        .nettyEventLoop()
        .schedule(() -> execute(context, task), 0, TimeUnit.NANOSECONDS);
  }

  /**
   * Calls the handler now, on this thread, with the context as the current one. What the handler
   * throws goes to the context's exception handler.
   */
  public static <E> void dispatch(Context context, @Nullable E event, Handler<? super E> handler) {
    ContextInternal internal = internal(context);
    ContextInternal previous = internal.beginDispatch();
    try {
      handler.handle(event);
    } catch (Throwable fault) { // as Vert.x treats what its own event handlers throw
      internal.reportException(fault);
    } finally {
      internal.endDispatch(previous);
    }
  }

  /** A promise whose future completes on the context. */
  public static <T> Promise<T> promise(Context context) {
    return internal(context).promise();
  }

  /** Calls the handler on the context after so many milliseconds; the id cancels the timer. */
  public static long setTimer(Context context, long millis, Handler<Long> handler) {
    return internal(context).setTimer(millis, handler);
  }

  /** Completes on the context after so many milliseconds. */
  public static Future<Void> after(Context context, long millis) {
    return internal(context).timer(millis);
  }

  /** Runs the task when Vert.x is closed, while its threads still run. */
  public static void onClose(Vertx vertx, Runnable task) {
    ((VertxInternal) vertx).addCloseHook(afterwards(task));
  }

  private static Closeable afterwards(Runnable task) {
    return done -> {
      task.run();
      done.succeed();
    };
  }

  /** Runs the task when the verticle that the context belongs to is undeployed. */
  public static void onUndeploy(Context context, Runnable task) {
    internal(context).addCloseHook(afterwards(task));
  }

  /**
   * Keeps the value in the context, which should be a duplicate; it replaces the one before. There
   * is one such place in a context, and the mesh keeps the current call in it.
   */
  public static void attach(Context context, Object value) {
    Slot.VALUE.put(internal(context), value);
  }

  /** What was {@linkplain #attach attached} to the context; null when nothing was. */
  public static @Nullable Object attached(Context context) {
    return Slot.VALUE.get(internal(context));
  }

  private static ContextInternal internal(Context context) {
    return (ContextInternal) context;
  }

  private Contexts() {}

  /**
   * The place for a value in each context. It has to be registered before any Vert.x instance is
   * made, so Vert.x itself loads this class through {@code META-INF/services}.
   */
  public static final class Slot implements VertxServiceProvider {
    private static final ContextLocal<Object> VALUE = ContextLocal.registerLocal(Object.class);

    @Override
    public void init(VertxBootstrap bootstrap) {
      // Loading the class has registered the place.
    }
  }
}

package dev.weft.durable.internal.call;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stub. Called within a turn of an object, it waits for what that object has written. */
public final class StubImpl<T> implements Stub<T> {
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(30);
  private static final ThreadLocal<@Nullable Recording> RECORDING = new ThreadLocal<>();

  private final Router router;
  private final Namespace<T> namespace;
  private final MethodTable methods;
  private final ObjectId id;
  private final Channel channel;
  private final Options options;
  private volatile @Nullable T recording;

  public StubImpl(Router router, Namespace<T> namespace, MethodTable methods, ObjectId id) {
    this(
        router,
        namespace,
        methods,
        id,
        new Channel(router, id, ObjectEndpoints.call(namespace)),
        new Options(null, null, null, false));
  }

  private StubImpl(
      Router router,
      Namespace<T> namespace,
      MethodTable methods,
      ObjectId id,
      Channel channel,
      Options options) {
    this.router = router;
    this.namespace = namespace;
    this.methods = methods;
    this.id = id;
    this.channel = channel;
    this.options = options;
  }

  /** How calls are made. */
  private record Options(
      @Nullable CallContext call,
      @Nullable Duration timeout,
      @Nullable String requestId,
      boolean existing) {}

  /** The same stub in the order of its calls. */
  private Stub<T> with(Options newOptions) {
    return new StubImpl<>(router, namespace, methods, id, channel, newOptions);
  }

  @Override
  public ObjectId id() {
    return id;
  }

  @Override
  public Stub<T> with(CallContext newCall) {
    return with(new Options(newCall, options.timeout, options.requestId, options.existing));
  }

  @Override
  public Stub<T> withTimeout(Duration newTimeout) {
    return with(new Options(options.call, newTimeout, options.requestId, options.existing));
  }

  @Override
  public Stub<T> withRequestId(String newRequestId) {
    ObjectNames.checkRequestId(newRequestId);
    return with(new Options(options.call, options.timeout, newRequestId, options.existing));
  }

  @Override
  public Stub<T> existing() {
    return with(new Options(options.call, options.timeout, options.requestId, true));
  }

  @Override
  public T object() {
    return proxy(this::invokeAndWait);
  }

  private @Nullable Object invokeAndWait(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    MethodTable.Entry entry = methods.of(method);
    if (entry == null) {
      return plain(proxy, method, args);
    }
    if (entry.feed()) {
      return feed(entry, args);
    }
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException(
          "Waiting for "
              + namespace
              + "."
              + entry.name()
              + " would block an event loop: nothing was sent. Call it by Stub.call.");
    }
    return await(send(entry, args), entry);
  }

  private @Nullable Object await(Future<Object> answer, MethodTable.Entry method) throws Throwable {
    RunningTurn turn = RunningTurn.current();
    try {
      return turn == null ? answer.await() : turn.await(id, answer);
    } catch (Throwable failure) {
      // Vert.x throws it without saying so.
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw ObjectErrors.interrupted(id, method.name());
      }
      // A program of one's own may well end by it: it is to say where it called.
      throw turn == null && failure instanceof WeftException own ? own.here() : failure;
    }
  }

  @Override
  public <R> Future<R> call(Function<T, R> method) {
    return send(
        recorder -> {
          R ignored = method.apply(recorder);
        });
  }

  @Override
  public Future<Void> run(Consumer<T> method) {
    return send(method).mapEmpty();
  }

  private <R> Future<R> send(Consumer<T> method) {
    T recorder = recording;
    if (recorder == null) {
      recorder = proxy(this::record);
      recording = recorder;
    }
    Recording recorded = new Recording();
    Recording outer = RECORDING.get();
    RECORDING.set(recorded);
    try {
      method.accept(recorder);
    } finally {
      RECORDING.set(outer);
    }
    MethodTable.Entry entry = recorded.entry;
    if (entry == null || entry.feed()) {
      throw new IllegalArgumentException(
          "The function is to call one method of " + namespace + " that answers once.");
    }
    return this.<R>send(entry, recorded.args);
  }

  /** Which method a function called. */
  private static final class Recording {
    MethodTable.@Nullable Entry entry;
    Object @Nullable [] args;
  }

  /** Notes which method is called, and calls nothing. */
  private @Nullable Object record(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    MethodTable.Entry called = methods.of(method);
    if (called == null) {
      return plain(proxy, method, args);
    }
    Recording recorded = RECORDING.get();
    if (recorded == null || recorded.entry != null) {
      throw new IllegalArgumentException("The function is to call one method, once.");
    }
    recorded.entry = called;
    recorded.args = args;
    return called.nothing();
  }

  @SuppressWarnings("unchecked") // the stub's caller states the type of the method's result
  private <R> Future<R> send(MethodTable.Entry method, Object @Nullable [] args) {
    Fragment arguments = method.arguments(args);
    RunningTurn turn = RunningTurn.current();
    CallContext context = context(turn);
    Supplier<Future<ObjectReply>> call =
        () ->
            channel.call(
                method,
                arguments,
                options.requestId,
                turn == null ? List.of() : turn.chain(),
                options.existing,
                turn != null && turn.isHolding(),
                context);
    Future<ObjectReply> reply;
    if (turn == null) {
      Promise<ObjectReply> promise = Contexts.promise(router.vertx().getOrCreateContext());
      try {
        call.get().onComplete(promise);
      } catch (RejectedExecutionException e) {
        // Vert.x is closed.
        return Future.failedFuture(ObjectErrors.stopped());
      }
      reply = promise.future();
    } else {
      reply = turn.afterWrites(call);
    }
    return reply.map(answer -> (R) method.result(answer.result()));
  }

  private Object feed(MethodTable.Entry method, Object @Nullable [] args) {
    Fragment arguments = method.arguments(args);
    RunningTurn turn = RunningTurn.current();
    List<String> chain = turn == null ? List.of() : turn.chain();
    CallContext context = context(turn);
    ObjectRequest request =
        new ObjectRequest(
            id.hex(),
            id.name().orElse(null),
            method.name(),
            arguments,
            null,
            0,
            0,
            0,
            chain,
            options.existing ? true : null,
            null);
    return new OpenFeed(router, id, namespace, request, context, method);
  }

  private CallContext context(@Nullable RunningTurn turn) {
    CallContext chosen = options.call;
    Duration timeout = options.timeout;
    if (chosen == null) {
      chosen = turn != null ? turn.call() : CallContext.current();
    }
    if (chosen == null) {
      return CallContext.background(timeout == null ? USUAL_LIMIT : timeout);
    }
    return timeout == null ? chosen : chosen.within(timeout);
  }

  private T proxy(InvocationHandler handler) {
    Class<T> type = namespace.type();
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private @Nullable Object plain(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    try {
      return switch (method.getName()) {
        case "equals" -> args != null && proxy == args[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> method.invoke(this, args);
      };
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  @Override
  public String toString() {
    return "stub of " + id;
  }
}

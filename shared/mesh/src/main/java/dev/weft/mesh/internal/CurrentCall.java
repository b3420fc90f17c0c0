package dev.weft.mesh.internal;

import dev.weft.mesh.CallContext;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The call that the current Vert.x context works on. A context local has to be registered before
 * any Vert.x instance is made, so Vert.x itself loads this class through {@code META-INF/services}.
 */
public final class CurrentCall implements VertxServiceProvider {
  private static final ContextLocal<CallContext> LOCAL =
      ContextLocal.registerLocal(CallContext.class);

  @Override
  public void init(VertxBootstrap bootstrap) {
    // Loading the class has registered the local.
  }

  /** The call of the current context; null outside any. */
  public static @Nullable CallContext get() {
    ContextInternal context = ContextInternal.current();
    return context == null ? null : LOCAL.get(context);
  }

  /** Makes the context work on the call. */
  public static void set(ContextInternal context, CallContext call) {
    LOCAL.put(context, call);
  }
}

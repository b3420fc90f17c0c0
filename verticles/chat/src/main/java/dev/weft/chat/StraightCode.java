package dev.weft.chat;

import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Callable;

/**
 * Where code runs that waits: deployed on virtual threads, it runs each piece of work as a task of
 * its own, which may await.
 */
final class StraightCode extends VerticleBase {

  /**
   * Runs the work for a call.
   *
   * @return completes on the caller's context
   */
  <T> Future<T> run(CallContext call, Callable<T> work) {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    Promise<T> promise = caller.promise();
    // A context of its own for each task: the call it belongs to is kept there.
    ((ContextInternal) context)
        .duplicate()
        .runOnContext(
            turn -> {
              try {
                call.attach();
                promise.complete(work.call());
              } catch (Throwable failure) { // the caller's to judge, also an Error
                promise.fail(failure);
              }
            });
    return promise.future();
  }
}

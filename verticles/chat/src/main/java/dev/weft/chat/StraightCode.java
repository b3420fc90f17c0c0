package dev.weft.chat;

import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
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
    Promise<T> promise = Contexts.promise(vertx.getOrCreateContext());
    // A context of its own for each task: the call it belongs to is kept there.
    Contexts.duplicate(context)
        .runOnContext(
            any -> {
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

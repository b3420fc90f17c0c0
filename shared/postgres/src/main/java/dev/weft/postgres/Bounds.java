package dev.weft.postgres;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * What is put around every answer of a database: how long it may take, and what its failure means.
 *
 * @param time how long it is waited for
 * @param trouble makes the errors
 */
record Bounds(Duration time, StorageTrouble trouble) {

  /** The same with another time. */
  Bounds within(Duration other) {
    return new Bounds(other, trouble);
  }

  /** The answer, or an error for callers where there is one. */
  <T> Future<T> on(Future<T> answer) {
    return explained(Deadline.within(time, answer));
  }

  /** The same of an answer that has a limit already. */
  <T> Future<T> explained(Future<T> answer) {
    return answer.transform(
        result -> {
          if (result.succeeded()) {
            trouble.succeeded();
            return Future.succeededFuture(result.result());
          }
          return Future.failedFuture(trouble.failed(result.cause()));
        });
  }
}

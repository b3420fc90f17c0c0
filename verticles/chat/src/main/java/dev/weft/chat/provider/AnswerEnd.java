package dev.weft.chat.provider;

import io.vertx.core.Future;

/** What belongs to the end of an answer besides telling the client: keeping it. */
public interface AnswerEnd {

  /** Nothing to do. */
  AnswerEnd NOTHING =
      new AnswerEnd() {
        @Override
        public Future<Void> complete() {
          return Future.succeededFuture();
        }

        @Override
        public Future<Void> broken() {
          return Future.succeededFuture();
        }
      };

  /** The answer is whole. The client learns that it ended when this has completed, and how. */
  Future<Void> complete();

  /**
   * The answer was cut, failed, or was given up. The client learns of it when this has completed,
   * which it always does and soon: what it sends next may need what the answer held.
   */
  Future<Void> broken();
}

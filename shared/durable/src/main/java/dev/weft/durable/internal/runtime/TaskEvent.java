package dev.weft.durable.internal.runtime;

import dev.weft.mesh.CallContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task given to {@code waitUntil}. */
final class TaskEvent extends OwnEvent {
  private static final Logger log = LoggerFactory.getLogger(TaskEvent.class);

  private final Runnable task;

  TaskEvent(Runnable task, CallContext call) {
    super(call);
    this.task = task;
  }

  @Override
  String what() {
    return "waitUntil";
  }

  @Override
  void run(Activation activation, Turn turn) {
    task.run();
    activation.turns().endStretch(turn);
  }

  @Override
  void failed(Activation activation, Turn turn, Throwable failure) {
    log.atWarn()
        .addKeyValue("object", activation.id())
        .setCause(failure)
        .log("a task given to waitUntil failed");
    activation.turns().endStretch(turn);
  }
}

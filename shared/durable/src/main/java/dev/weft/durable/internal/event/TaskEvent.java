package dev.weft.durable.internal.event;

import dev.weft.durable.internal.instance.OwnEvent;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.mesh.CallContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task given to {@code waitUntil}. */
public final class TaskEvent extends OwnEvent {
  private static final Logger log = LoggerFactory.getLogger(TaskEvent.class);

  private final Runnable task;

  public TaskEvent(Runnable task, CallContext call) {
    super(call);
    this.task = task;
  }

  @Override
  public String what() {
    return "waitUntil";
  }

  @Override
  public void run(Turn turn) {
    task.run();
    turn.endStretch();
  }

  @Override
  public void failed(Turn turn, Throwable failure) {
    log.atWarn()
        .addKeyValue("object", turn.object().id())
        .setCause(failure)
        .log("a task given to waitUntil failed");
    turn.endStretch();
  }
}

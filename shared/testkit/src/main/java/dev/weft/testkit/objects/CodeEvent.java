package dev.weft.testkit.objects;

import dev.weft.durable.internal.instance.PromisedEvent;
import dev.weft.durable.internal.instance.Turn;
import io.vertx.core.Promise;
import java.util.function.Consumer;

/** A test's code that runs as a turn of an object, which is given to it. */
final class CodeEvent extends PromisedEvent {
  private final Consumer<Object> code;

  CodeEvent(Consumer<Object> code, Promise<Void> done) {
    super(done);
    this.code = code;
  }

  @Override
  public String what() {
    return "code";
  }

  @Override
  public void run(Turn turn) {
    code.accept(turn.object().made());
    turn.leave(this);
  }
}

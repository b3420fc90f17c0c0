package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.instance.OwnEvent;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Code from outside that runs as a turn. Completes its promise when what it wrote is durable. */
public final class CodeEvent extends OwnEvent implements OutputGate.Exit {
  private final Consumer<Object> code;
  private final Promise<Void> done;
  private @Nullable Throwable failure;

  public CodeEvent(Consumer<Object> code, Promise<Void> done) {
    this.code = code;
    this.done = done;
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

  @Override
  public void failed(Turn turn, Throwable thrown) {
    failure = thrown;
    turn.leave(this);
  }

  @Override
  public void leave(boolean waited) {
    Throwable thrown = failure;
    if (thrown == null) {
      done.tryComplete();
    } else {
      done.tryFail(thrown);
    }
  }

  @Override
  public void lost(Loss loss) {
    done.tryFail(loss.reason());
  }

  @Override
  public void refuse(WeftException why) {
    done.tryFail(why);
  }

  @Override
  public void lost(Turn turn, Loss loss) {
    done.tryFail(turn.object().cutShort(loss, Outcome.UNKNOWN));
  }
}

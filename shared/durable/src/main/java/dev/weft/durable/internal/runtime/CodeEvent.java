package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Code from outside that runs as a turn. Completes its promise when what it wrote is durable. */
final class CodeEvent extends OwnEvent implements OutputGate.Exit {
  private final Consumer<Object> code;
  private final Promise<Void> done;
  private @Nullable Throwable failure;

  CodeEvent(Consumer<Object> code, Promise<Void> done) {
    this.code = code;
    this.done = done;
  }

  @Override
  String what() {
    return "code";
  }

  @Override
  void run(Activation activation, Turn turn) {
    code.accept(activation.instance());
    activation.gate().pass(activation.turns().endStretch(turn), this);
  }

  @Override
  void failed(Activation activation, Turn turn, Throwable thrown) {
    failure = thrown;
    activation.gate().pass(activation.turns().endStretch(turn), this);
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
  void refuse(WeftException why) {
    done.tryFail(why);
  }

  @Override
  void lost(Turn turn, Loss loss) {
    done.tryFail(turn.activation.endReason().forCutShort(loss, Outcome.UNKNOWN));
  }
}

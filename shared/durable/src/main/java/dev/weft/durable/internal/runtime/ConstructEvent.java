package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;

/** The making of an instance: migrations, then the factory. */
final class ConstructEvent extends OwnEvent {
  private final int storedVersion;

  /**
   * @param storedVersion class version of the stored state; 0 when nothing was ever committed
   */
  ConstructEvent(int storedVersion) {
    this.storedVersion = storedVersion;
  }

  @Override
  String what() {
    return "constructor";
  }

  @Override
  void run(Activation activation, Turn turn) throws Throwable {
    activation.opening().construct(storedVersion);
  }

  @Override
  void failed(Activation activation, Turn turn, Throwable failure) {
    // Nothing it wrote is sealed: all of it is forgotten with the instance.
    WeftException why =
        failure instanceof WeftException own
            ? own
            : ObjectErrors.threw(activation.id(), what(), failure);
    activation.endAsSent(why);
  }
}

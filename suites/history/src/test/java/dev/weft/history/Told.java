package dev.weft.history;

import dev.weft.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;

/** A history of one object written down with the time of each call and answer. */
final class Told<I, O> {
  private final List<Operation<I, O>> operations = new ArrayList<>();

  Told<I, O> ok(long invoked, long returned, I input, O output) {
    operations.add(new Operation<>(id(), "it", input, invoked, returned, Outcome.OK, output));
    return this;
  }

  Told<I, O> failed(long invoked, long returned, I input) {
    operations.add(new Operation<>(id(), "it", input, invoked, returned, Outcome.FAILED, null));
    return this;
  }

  Told<I, O> unknown(long invoked, I input) {
    operations.add(
        new Operation<>(id(), "it", input, invoked, Long.MAX_VALUE, Outcome.UNKNOWN, null));
    return this;
  }

  List<Operation<I, O>> operations() {
    return operations;
  }

  private String id() {
    return Integer.toString(operations.size() + 1);
  }
}

package dev.weft.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A number that can be read, written, and changed if it is the one expected. Starts at 0. */
public final class RegisterModel
    implements SequentialModel<Long, RegisterModel.Input, RegisterModel.Output> {

  /** A call. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Read.class, name = "read"),
    @JsonSubTypes.Type(value = Write.class, name = "write"),
    @JsonSubTypes.Type(value = CompareAndSet.class, name = "compareAndSet")
  })
  public sealed interface Input {}

  public record Read() implements Input {}

  public record Write(long value) implements Input {}

  public record CompareAndSet(long expected, long value) implements Input {}

  /** An answer. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Value.class, name = "value"),
    @JsonSubTypes.Type(value = Done.class, name = "done")
  })
  public sealed interface Output {}

  /** What a read saw. */
  public record Value(long value) implements Output {}

  /** Whether the value was set; always, by a write. */
  public record Done(boolean set) implements Output {}

  @Override
  public Long initial() {
    return 0L;
  }

  @Override
  public Long next(Long state, Input input) {
    return switch (input) {
      case Read() -> state;
      case Write(long value) -> value;
      case CompareAndSet(long expected, long value) -> state == expected ? value : state;
    };
  }

  @Override
  public Output result(Long state, Input input) {
    return switch (input) {
      case Read() -> new Value(state);
      case Write(long value) -> new Done(true);
      case CompareAndSet(long expected, long value) -> new Done(state == expected);
    };
  }
}

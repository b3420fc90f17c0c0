package dev.weft.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A sum that starts at 0. Both calls answer the value afterwards. */
public final class CounterModel implements SequentialModel<Long, CounterModel.Input, Long> {

  /** A call. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Add.class, name = "add"),
    @JsonSubTypes.Type(value = Get.class, name = "get")
  })
  public sealed interface Input {}

  public record Add(long amount) implements Input {}

  public record Get() implements Input {}

  @Override
  public Long initial() {
    return 0L;
  }

  @Override
  public Long next(Long state, Input input) {
    return switch (input) {
      case Add(long amount) -> state + amount;
      case Get() -> state;
    };
  }

  @Override
  public Long result(Long state, Input input) {
    return next(state, input);
  }
}

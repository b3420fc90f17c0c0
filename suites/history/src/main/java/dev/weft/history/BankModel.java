package dev.weft.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import java.util.TreeMap;

/**
 * Accounts inside one object. A transfer that the source cannot pay for is refused; the total never
 * changes.
 */
public final class BankModel
    implements SequentialModel<Map<String, Long>, BankModel.Input, BankModel.Output> {
  private final Map<String, Long> opening;

  /** A call. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Transfer.class, name = "transfer"),
    @JsonSubTypes.Type(value = Total.class, name = "total"),
    @JsonSubTypes.Type(value = Balance.class, name = "balance")
  })
  public sealed interface Input {}

  public record Transfer(String from, String to, long amount) implements Input {}

  public record Total() implements Input {}

  public record Balance(String account) implements Input {}

  /** An answer. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Moved.class, name = "moved"),
    @JsonSubTypes.Type(value = Amount.class, name = "amount")
  })
  public sealed interface Output {}

  /** Whether a transfer was made. */
  public record Moved(boolean moved) implements Output {}

  public record Amount(long amount) implements Output {}

  /**
   * Starts with these balances.
   *
   * @param opening every account there is
   */
  public BankModel(Map<String, Long> opening) {
    this.opening = Map.copyOf(opening);
  }

  @Override
  public Map<String, Long> initial() {
    return opening;
  }

  @Override
  public Map<String, Long> next(Map<String, Long> state, Input input) {
    if (!(input instanceof Transfer transfer) || !possible(state, transfer)) {
      return state;
    }
    Map<String, Long> after = new TreeMap<>(state);
    after.merge(transfer.from(), -transfer.amount(), Long::sum);
    after.merge(transfer.to(), transfer.amount(), Long::sum);
    return Map.copyOf(after);
  }

  @Override
  public Output result(Map<String, Long> state, Input input) {
    return switch (input) {
      case Transfer transfer -> new Moved(possible(state, transfer));
      case Total() -> new Amount(state.values().stream().mapToLong(Long::longValue).sum());
      case Balance(String account) -> new Amount(state.getOrDefault(account, 0L));
    };
  }

  private static boolean possible(Map<String, Long> state, Transfer transfer) {
    return state.containsKey(transfer.to())
        && transfer.amount() >= 0
        && state.getOrDefault(transfer.from(), -1L) >= transfer.amount();
  }
}

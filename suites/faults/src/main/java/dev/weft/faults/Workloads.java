package dev.weft.faults;

import dev.weft.history.BankModel;
import dev.weft.history.CounterModel;
import dev.weft.history.ListModel;
import dev.weft.history.RegisterModel;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The workloads by name. */
final class Workloads {
  private static final List<String> WAYS_OF_TROUBLE =
      List.of("oversize", "large", "throw", "spin", "sleep", "list");

  /** Reads, writes and compare-and-set of numbers. */
  static final Workload<Namespaces.Register, RegisterModel.Input, RegisterModel.Output> REGISTER =
      new Workload<>(
          Namespaces.REGISTERS,
          RegisterModel.Input.class,
          RegisterModel.Output.class,
          (random, unique) ->
              switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> new RegisterModel.Read();
                case 5, 6, 7 -> new RegisterModel.Write(unique);
                // Zero and what callers wrote lately; most do not fit, some do.
                default ->
                    new RegisterModel.CompareAndSet(
                        random.nextInt(3) == 0 ? 0 : unique - random.nextInt(4), unique);
              },
          (stub, input, unique) -> use(stub.object(), input));

  /** The same with objects whose reads ask the database who owns them. */
  static final Workload<Namespaces.Register, RegisterModel.Input, RegisterModel.Output> STRICT =
      REGISTER.with(Namespaces.STRICT_REGISTERS);

  /** Adds and reads; two of three adds carry a request id. */
  static final Workload<Namespaces.Counter, CounterModel.Input, Long> COUNTER =
      new Workload<>(
          Namespaces.COUNTERS,
          CounterModel.Input.class,
          Long.class,
          (random, unique) ->
              random.nextInt(4) == 0
                  ? new CounterModel.Get()
                  : new CounterModel.Add(1 + random.nextInt(3)),
          (stub, input, unique) ->
              switch (input) {
                case CounterModel.Get() -> stub.object().value();
                case CounterModel.Add(long amount) ->
                    (unique % 3 == 0 ? stub : stub.withRequestId(Long.toString(unique, 36)))
                        .object()
                        .add(amount);
              });

  /** The same with objects that wait for each of their commits. */
  static final Workload<Namespaces.Counter, CounterModel.Input, Long> HOT =
      COUNTER.with(Namespaces.HOT_COUNTERS);

  /** Appends of ids that are unique; some fail after they have appended; few read. */
  static final Workload<Namespaces.Items, ListModel.Input, ListModel.Output> LIST =
      lists(12, Workloads::append);

  /** The same without the appends. */
  static final Workload<Namespaces.Items, ListModel.Input, ListModel.Output> READERS =
      lists(0, Workloads::append);

  /** The same, where each append also tells the sink and those who watch. */
  static final Workload<Namespaces.Items, ListModel.Input, ListModel.Output> OUTPUTS =
      lists(12, (items, id, unique) -> items.announce(id));

  /** Transfers inside banks, and sums. */
  static final Workload<Namespaces.Bank, BankModel.Input, BankModel.Output> BANK = banks(0, false);

  /** The same, where most sums take a while in the middle. */
  static final Workload<Namespaces.Bank, BankModel.Input, BankModel.Output> AUDIT =
      banks(400, false);

  /** Transfers with critical sections, transactions and aborts. */
  static final Workload<Namespaces.Bank, BankModel.Input, BankModel.Output> TURNS = banks(0, true);

  /** Arms alarms of unique names; the answer says nothing. */
  static final Workload<Namespaces.Bells, ListModel.Input, ListModel.Output> BELLS =
      new Workload<>(
          Namespaces.BELLS,
          ListModel.Input.class,
          ListModel.Output.class,
          (random, unique) -> new ListModel.Append(Long.toString(unique, 36)),
          (stub, input, unique) -> {
            if (input instanceof ListModel.Append(String id)) {
              stub.object().arm(id, (int) (unique % 400));
            }
            return new ListModel.Index(0);
          });

  /** Misbehaves in all ways. */
  static final Workload<Namespaces.Troublemaker, String, String> TROUBLE =
      new Workload<>(
          Namespaces.TROUBLE,
          String.class,
          String.class,
          (random, unique) -> WAYS_OF_TROUBLE.get(random.nextInt(WAYS_OF_TROUBLE.size())),
          (stub, input, unique) -> stub.object().misbehave(input));

  private static final Map<String, Workload<?, ?, ?>> BY_NAME =
      Map.ofEntries(
          Map.entry("register", REGISTER),
          Map.entry("strict", STRICT),
          Map.entry("counter", COUNTER),
          Map.entry("list", LIST),
          Map.entry("readers", READERS),
          Map.entry("outputs", OUTPUTS),
          Map.entry("bank", BANK),
          Map.entry("audit", AUDIT),
          Map.entry("turns", TURNS),
          Map.entry("bells", BELLS),
          Map.entry("trouble", TROUBLE));

  static Workload<?, ?, ?> named(String name) {
    Workload<?, ?, ?> known = BY_NAME.get(name);
    if (known == null) {
      throw new IllegalArgumentException("no workload " + name);
    }
    return known;
  }

  private static RegisterModel.Output use(Namespaces.Register register, RegisterModel.Input input) {
    return switch (input) {
      case RegisterModel.Read() -> new RegisterModel.Value(register.read());
      case RegisterModel.Write(long value) -> {
        register.write(value);
        yield new RegisterModel.Done(true);
      }
      case RegisterModel.CompareAndSet(long expected, long value) ->
          new RegisterModel.Done(register.compareAndSet(expected, value));
    };
  }

  /** How an id is appended; answers with its index. */
  private interface Append {
    int append(Namespaces.Items items, String id, long unique);
  }

  private static int append(Namespaces.Items items, String id, long unique) {
    return unique % 20 == 0 ? items.appendAndFail(id) : items.append(id);
  }

  private static Workload<Namespaces.Items, ListModel.Input, ListModel.Output> lists(
      int appendsOfTwenty, Append append) {
    return new Workload<>(
        Namespaces.ITEMS,
        ListModel.Input.class,
        ListModel.Output.class,
        (random, unique) ->
            random.nextInt(20) < appendsOfTwenty
                ? new ListModel.Append(Long.toString(unique, 36))
                : new ListModel.Read(),
        (stub, input, unique) ->
            switch (input) {
              case ListModel.Read() -> new ListModel.All(stub.object().all());
              case ListModel.Append(String id) ->
                  new ListModel.Index(append.append(stub.object(), id, unique));
            });
  }

  private static Workload<Namespaces.Bank, BankModel.Input, BankModel.Output> banks(
      int auditMillis, boolean variants) {
    return new Workload<>(
        Namespaces.BANKS,
        BankModel.Input.class,
        BankModel.Output.class,
        (random, unique) -> transferOrTotal(random, auditMillis > 0 ? 5 : 3),
        (stub, input, unique) -> {
          Namespaces.Bank bank = stub.object();
          if (input instanceof BankModel.Transfer transfer) {
            return new BankModel.Moved(transfer(bank, transfer, variants ? (int) (unique % 8) : 0));
          }
          boolean slow = auditMillis > 0 && unique % 4 != 0;
          return new BankModel.Amount(slow ? bank.slowTotal(auditMillis) : bank.total());
        });
  }

  private static BankModel.Input transferOrTotal(Random random, int totalsOfTen) {
    if (random.nextInt(10) < totalsOfTen) {
      return new BankModel.Total();
    }
    String other = TestObjects.ACCOUNTS.get(random.nextInt(TestObjects.ACCOUNTS.size() - 1));
    return random.nextBoolean()
        ? new BankModel.Transfer(other, "vault", 1 + random.nextInt(50))
        : new BankModel.Transfer("vault", other, 1 + random.nextInt(50));
  }

  private static boolean transfer(Namespaces.Bank bank, BankModel.Transfer transfer, int way) {
    String from = transfer.from();
    String to = transfer.to();
    long amount = transfer.amount();
    return switch (way) {
      case 1, 2 -> bank.transferAlone(from, to, amount);
      case 3, 4 -> bank.transferAtSecondTry(from, to, amount);
      case 5 -> bank.transferAborted(from, to, amount);
      default -> bank.transfer(from, to, amount);
    };
  }

  private Workloads() {}
}

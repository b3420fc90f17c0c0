package dev.weft.testkit.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.Namespace;
import dev.weft.durable.Stub;
import dev.weft.testkit.history.BankModel;
import dev.weft.testkit.history.CounterModel;
import dev.weft.testkit.history.ListModel;
import dev.weft.testkit.history.RegisterModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The workloads by name. */
final class Workloads {

  /** Reads, writes and compare-and-set of numbers. */
  static final Workload<RegisterModel.Input, RegisterModel.Output> REGISTER =
      new Workload<>() {
        @Override
        public Class<RegisterModel.Input> inputs() {
          return RegisterModel.Input.class;
        }

        @Override
        public Class<RegisterModel.Output> outputs() {
          return RegisterModel.Output.class;
        }

        @Override
        public RegisterModel.Input next(Random random, long unique) {
          return switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> new RegisterModel.Read();
            case 5, 6, 7 -> new RegisterModel.Write(unique);
            // Zero and what callers wrote lately; most do not fit, some do.
            default ->
                new RegisterModel.CompareAndSet(
                    random.nextInt(3) == 0 ? 0 : unique - random.nextInt(4), unique);
          };
        }

        @Override
        public Caller<RegisterModel.Input, RegisterModel.Output> caller(
            DurableObjects objects, Duration timeout) {
          Cache<Stub<Namespaces.Register>> stubs = stubs(objects, Namespaces.REGISTERS, timeout);
          return (object, input, unique) -> {
            Namespaces.Register register = stubs.get(object).object();
            return switch (input) {
              case RegisterModel.Read() -> new RegisterModel.Value(register.read());
              case RegisterModel.Write(long value) -> {
                register.write(value);
                yield new RegisterModel.Done(true);
              }
              case RegisterModel.CompareAndSet(long expected, long value) ->
                  new RegisterModel.Done(register.compareAndSet(expected, value));
            };
          };
        }
      };

  /** Adds and reads; two of three adds carry a request id. */
  static final Workload<CounterModel.Input, Long> COUNTER =
      new Workload<>() {
        @Override
        public Class<CounterModel.Input> inputs() {
          return CounterModel.Input.class;
        }

        @Override
        public Class<Long> outputs() {
          return Long.class;
        }

        @Override
        public CounterModel.Input next(Random random, long unique) {
          return random.nextInt(4) == 0
              ? new CounterModel.Get()
              : new CounterModel.Add(1 + random.nextInt(3));
        }

        @Override
        public Caller<CounterModel.Input, Long> caller(DurableObjects objects, Duration timeout) {
          Cache<Stub<Namespaces.Counter>> stubs = stubs(objects, Namespaces.COUNTERS, timeout);
          return (object, input, unique) -> {
            Stub<Namespaces.Counter> stub = stubs.get(object);
            return switch (input) {
              case CounterModel.Get() -> stub.object().value();
              case CounterModel.Add(long amount) ->
                  (unique % 3 == 0 ? stub : stub.withRequestId(Long.toString(unique, 36)))
                      .object()
                      .add(amount);
            };
          };
        }
      };

  /** Appends of ids that are unique; some fail after they have appended; few read. */
  static final Workload<ListModel.Input, ListModel.Output> LIST = lists(false, 12);

  /** The same without the appends. */
  static final Workload<ListModel.Input, ListModel.Output> READERS = lists(false, 0);

  /** The same, where each append also tells the sink and those who watch. */
  static final Workload<ListModel.Input, ListModel.Output> OUTPUTS = lists(true, 12);

  private static Workload<ListModel.Input, ListModel.Output> lists(
      boolean loud, int appendsOfTwenty) {
    return new Workload<>() {
      @Override
      public Class<ListModel.Input> inputs() {
        return ListModel.Input.class;
      }

      @Override
      public Class<ListModel.Output> outputs() {
        return ListModel.Output.class;
      }

      @Override
      public ListModel.Input next(Random random, long unique) {
        return random.nextInt(20) < appendsOfTwenty
            ? new ListModel.Append(Long.toString(unique, 36))
            : new ListModel.Read();
      }

      @Override
      public Caller<ListModel.Input, ListModel.Output> caller(
          DurableObjects objects, Duration timeout) {
        Cache<Stub<Namespaces.Items>> stubs = stubs(objects, Namespaces.ITEMS, timeout);
        return (object, input, unique) -> {
          Namespaces.Items items = stubs.get(object).object();
          return switch (input) {
            case ListModel.Read() -> new ListModel.All(items.all());
            case ListModel.Append(String id) ->
                new ListModel.Index(
                    loud
                        ? items.announce(id)
                        : unique % 20 == 0 ? items.appendAndFail(id) : items.append(id));
          };
        };
      }
    };
  }

  /** Transfers inside banks, and sums. */
  static final Workload<BankModel.Input, BankModel.Output> BANK = banks(0, false);

  /** The same, where most sums take a while in the middle. */
  static final Workload<BankModel.Input, BankModel.Output> AUDIT = banks(400, false);

  /** Transfers with critical sections, transactions and aborts. */
  static final Workload<BankModel.Input, BankModel.Output> TURNS = banks(0, true);

  private static Workload<BankModel.Input, BankModel.Output> banks(
      int auditMillis, boolean variants) {
    return new Workload<>() {
      @Override
      public Class<BankModel.Input> inputs() {
        return BankModel.Input.class;
      }

      @Override
      public Class<BankModel.Output> outputs() {
        return BankModel.Output.class;
      }

      @Override
      public BankModel.Input next(Random random, long unique) {
        if (random.nextInt(10) < (auditMillis > 0 ? 5 : 3)) {
          return new BankModel.Total();
        }
        String other = TestObjects.ACCOUNTS.get(random.nextInt(TestObjects.ACCOUNTS.size() - 1));
        return random.nextBoolean()
            ? new BankModel.Transfer(other, "vault", 1 + random.nextInt(50))
            : new BankModel.Transfer("vault", other, 1 + random.nextInt(50));
      }

      @Override
      public Caller<BankModel.Input, BankModel.Output> caller(
          DurableObjects objects, Duration timeout) {
        Cache<Stub<Namespaces.Bank>> stubs = stubs(objects, Namespaces.BANKS, timeout);
        return (object, input, unique) -> {
          Namespaces.Bank bank = stubs.get(object).object();
          return switch (input) {
            case BankModel.Transfer(String from, String to, long amount) ->
                new BankModel.Moved(
                    transfer(bank, from, to, amount, variants ? (int) (unique % 8) : 0));
            default ->
                new BankModel.Amount(
                    auditMillis > 0 && unique % 4 != 0
                        ? bank.slowTotal(auditMillis)
                        : bank.total());
          };
        };
      }
    };
  }

  private static boolean transfer(
      Namespaces.Bank bank, String from, String to, long amount, int way) {
    return switch (way) {
      case 1, 2 -> bank.transferAlone(from, to, amount);
      case 3, 4 -> bank.transferAtSecondTry(from, to, amount);
      case 5 -> bank.transferAborted(from, to, amount);
      default -> bank.transfer(from, to, amount);
    };
  }

  /** Arms alarms of unique names; the answer says nothing. */
  static final Workload<ListModel.Input, ListModel.Output> BELLS =
      new Workload<>() {
        @Override
        public Class<ListModel.Input> inputs() {
          return ListModel.Input.class;
        }

        @Override
        public Class<ListModel.Output> outputs() {
          return ListModel.Output.class;
        }

        @Override
        public ListModel.Input next(Random random, long unique) {
          return new ListModel.Append(Long.toString(unique, 36));
        }

        @Override
        public Caller<ListModel.Input, ListModel.Output> caller(
            DurableObjects objects, Duration timeout) {
          Cache<Stub<Namespaces.Bells>> stubs = stubs(objects, Namespaces.BELLS, timeout);
          return (object, input, unique) -> {
            if (input instanceof ListModel.Append(String id)) {
              stubs.get(object).object().arm(id, (int) (unique % 400));
            }
            return new ListModel.Index(0);
          };
        }
      };

  /** Misbehaves in all ways. */
  static final Workload<String, String> TROUBLE =
      new Workload<>() {
        private static final List<String> WAYS =
            List.of("oversize", "large", "throw", "spin", "sleep", "list");

        @Override
        public Class<String> inputs() {
          return String.class;
        }

        @Override
        public Class<String> outputs() {
          return String.class;
        }

        @Override
        public String next(Random random, long unique) {
          return WAYS.get(random.nextInt(WAYS.size()));
        }

        @Override
        public Caller<String, String> caller(DurableObjects objects, Duration timeout) {
          Cache<Stub<Namespaces.Troublemaker>> stubs = stubs(objects, Namespaces.TROUBLE, timeout);
          return (object, input, unique) -> stubs.get(object).object().misbehave(input);
        }
      };

  private static final Map<String, Workload<?, ?>> BY_NAME =
      Map.of(
          "register", REGISTER,
          "counter", COUNTER,
          "list", LIST,
          "readers", READERS,
          "outputs", OUTPUTS,
          "bank", BANK,
          "audit", AUDIT,
          "turns", TURNS,
          "bells", BELLS,
          "trouble", TROUBLE);

  static Workload<?, ?> named(String name) {
    Workload<?, ?> known = BY_NAME.get(name);
    if (known == null) {
      throw new IllegalArgumentException("no workload " + name);
    }
    return known;
  }

  private static <T> Workload.Cache<Stub<T>> stubs(
      DurableObjects objects, Namespace<T> namespace, Duration timeout) {
    return new Workload.Cache<>(name -> objects.stub(namespace, name).withTimeout(timeout));
  }

  private Workloads() {}
}

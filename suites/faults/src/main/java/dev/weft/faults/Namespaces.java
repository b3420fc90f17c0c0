package dev.weft.faults;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.Feed;
import java.util.List;

/** The objects of the suite as their callers see them. */
final class Namespaces {

  /** A number. */
  interface Register {
    @Idempotent
    long read();

    void write(long value);

    boolean compareAndSet(long expected, long value);
  }

  /** A sum. */
  interface Counter {
    long add(long amount);

    @Idempotent
    long value();
  }

  /** A list that only grows. */
  interface Items {
    int append(String id);

    /** Appends and then fails: the caller gets an error that says it was executed. */
    int appendAndFail(String id);

    /** Appends, tells the sink and the watchers, and answers. */
    int announce(String id);

    @Idempotent
    List<String> all();

    Feed<Frame> watch();

    /** The same from a topic that keeps its items. */
    Feed<Frame> watchKept();
  }

  /** Accounts inside one object. */
  interface Bank {
    boolean transfer(String from, String to, long amount);

    /** The same, with a wait between taking and giving that lets nobody else in. */
    boolean transferAlone(String from, String to, long amount);

    /** Takes within a transaction and fails it, then transfers within another. */
    boolean transferAtSecondTry(String from, String to, long amount);

    /** Takes, and aborts the instance before giving: has no effect. */
    boolean transferAborted(String from, String to, long amount);

    @Idempotent
    long total();

    /** The same, with a pause while the turn holds the object. */
    @Idempotent
    long slowTotal(int pauseMillis);
  }

  /** Alarms that count themselves. */
  interface Bells {
    void arm(String name, int delayMillis);
  }

  /** Misbehaves in the way it is asked to. */
  interface Troublemaker {
    String misbehave(String way);
  }

  /** Something that left an object: the item at an index, which must be there for ever. */
  record Frame(String object, int index, String id, String channel) {
    /** The channel of a topic that keeps its items. */
    static final String KEPT = "kept topic";
  }

  record Received(boolean received) {}

  static final Namespace<Register> REGISTERS =
      Namespace.of("faultRegister", Register.class).asOpen();

  /** Those whose reads ask the database who owns them. */
  static final Namespace<Register> STRICT_REGISTERS =
      Namespace.of("faultStrict", Register.class).asOpen();

  static final Namespace<Counter> COUNTERS = Namespace.of("faultCounter", Counter.class).asOpen();

  /** Those whose mailboxes are small, and which wait for each of their commits. */
  static final Namespace<Counter> HOT_COUNTERS = Namespace.of("faultHot", Counter.class).asOpen();

  static final Namespace<Items> ITEMS = Namespace.of("faultItems", Items.class).asOpen();
  static final Namespace<Bank> BANKS = Namespace.of("faultBank", Bank.class).asOpen();
  static final Namespace<Bells> BELLS = Namespace.of("faultBells", Bells.class).asOpen();
  static final Namespace<Troublemaker> TROUBLE =
      Namespace.of("faultTrouble", Troublemaker.class).asOpen();

  /** Where objects' calls to the outside arrive; served by the node that only calls. */
  static final UnaryEndpoint<Frame, Received> SINK =
      Endpoint.unary("sink.take", Frame.class, Received.class).asOpen();

  private Namespaces() {}
}

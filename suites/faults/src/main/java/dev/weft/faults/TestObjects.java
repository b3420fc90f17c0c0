package dev.weft.faults;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Feed;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectLimits;
import dev.weft.durable.Retention;
import dev.weft.durable.Storage;
import dev.weft.durable.Topic;
import dev.weft.faults.Namespaces.Frame;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The objects of the suite. */
final class TestObjects {
  private static final Duration SINK_LIMIT = Duration.ofSeconds(5);

  /** Accounts of a bank, the last of which takes part in most transfers. */
  static final List<String> ACCOUNTS = List.of("a0", "a1", "a2", "a3", "a4", "vault");

  static final long OPENING = 1_000;

  /** Hosts them all. */
  static Future<Void> host(DurableObjects objects) {
    // Values are forgotten after each turn, so that turns read what the database holds.
    ObjectLimits forgetful = ObjectLimits.DEFAULT.withCacheBytes(0);
    ObjectLimits strict = ObjectLimits.DEFAULT.withTurn(Duration.ofSeconds(3));
    return Future.all(
            List.of(
                objects.host(ObjectClass.of(Namespaces.REGISTERS, RegisterObject::new)),
                objects.host(
                    ObjectClass.of(Namespaces.STRICT_REGISTERS, RegisterObject::new)
                        .withStrictReads()),
                objects.host(ObjectClass.of(Namespaces.COUNTERS, CounterObject::new)),
                objects.host(
                    ObjectClass.of(Namespaces.HOT_COUNTERS, HotCounterObject::new)
                        .withLimits(ObjectLimits.DEFAULT.withMailbox(64, 1 << 20))),
                objects.host(ObjectClass.of(Namespaces.ITEMS, ItemsObject::new)),
                objects.host(
                    ObjectClass.of(Namespaces.BANKS, BankObject::new).withLimits(forgetful)),
                objects.host(ObjectClass.of(Namespaces.BELLS, BellsObject::new)),
                objects.host(
                    ObjectClass.of(Namespaces.TROUBLE, TroubleObject::new).withLimits(strict))))
        .mapEmpty();
  }

  private record RegisterObject(ObjectContext context) implements Namespaces.Register {
    @Override
    public long read() {
      return context.storage().get("value", Long.class, 0L);
    }

    @Override
    public void write(long value) {
      context.storage().put("value", value);
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
      boolean fits = read() == expected;
      if (fits) {
        write(value);
      }
      return fits;
    }
  }

  private record CounterObject(ObjectContext context) implements Namespaces.Counter {
    @Override
    public long add(long amount) {
      long sum = value() + amount;
      context.storage().put("value", sum);
      return sum;
    }

    @Override
    public long value() {
      return context.storage().get("value", Long.class, 0L);
    }
  }

  private record HotCounterObject(ObjectContext context) implements Namespaces.Counter {
    @Override
    public long add(long amount) {
      return context.blockConcurrencyWhile(
          () -> {
            long sum = value() + amount;
            context.storage().put("value", sum);
            context.storage().sync();
            return sum;
          });
    }

    @Override
    public long value() {
      return context.storage().get("value", Long.class, 0L);
    }
  }

  /** The key of an item. */
  static String itemKey(int index) {
    return String.format(Locale.ROOT, "item:%06d", index);
  }

  private static final class ItemsObject implements Namespaces.Items {
    private final ObjectContext context;
    private final Storage storage;
    private final Topic<Frame> watchers;
    private final Topic<Frame> kept;

    ItemsObject(ObjectContext context) {
      this.context = context;
      this.storage = context.storage();
      this.watchers = context.topic(Frame.class);
      this.kept = context.topic("kept", Frame.class, Retention.items(Retention.MAX_ITEMS));
    }

    @Override
    public int append(String id) {
      int index = storage.get("size", Integer.class, 0);
      storage.put(itemKey(index), id);
      storage.put("size", index + 1);
      return index;
    }

    @Override
    public int appendAndFail(String id) {
      int index = append(id);
      throw WeftError.of("faults:append", Reason.CONFLICT, "Appended at " + index)
          .withOutcome(Outcome.EXECUTED)
          .exception();
    }

    @Override
    public int announce(String id) {
      int index = append(id);
      Frame frame = new Frame(nameOf(context), index, id, "topic");
      watchers.publish(frame);
      kept.publish(new Frame(frame.object(), index, id, Frame.KEPT));
      tellSink(context, new Frame(frame.object(), index, id, "outside"));
      return index;
    }

    @Override
    public List<String> all() {
      int size = storage.get("size", Integer.class, 0);
      List<String> ids = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        ids.add(storage.get(itemKey(i), String.class, "(nothing)"));
      }
      return ids;
    }

    @Override
    public Feed<Frame> watch() {
      return watchers;
    }

    @Override
    public Feed<Frame> watchKept() {
      return kept;
    }
  }

  private static final class BankObject implements Namespaces.Bank {
    private final ObjectContext context;
    private final Storage storage;

    BankObject(ObjectContext context) {
      this.context = context;
      this.storage = context.storage();
      if (storage.get("vault", Long.class).isEmpty()) {
        ACCOUNTS.forEach(account -> storage.put(account, OPENING));
      }
    }

    private long balance(String account) {
      return storage.get(account, Long.class, 0L);
    }

    @Override
    public boolean transfer(String from, String to, long amount) {
      if (balance(from) < amount) {
        return false;
      }
      // All reads first: one that fails amid the writes would leave those made before it.
      long left = balance(from) - amount;
      long more = balance(to) + amount;
      storage.put(from, left);
      storage.put(to, more);
      return true;
    }

    @Override
    public boolean transferAlone(String from, String to, long amount) {
      return context.blockConcurrencyWhile(
          () -> {
            if (balance(from) < amount) {
              return false;
            }
            // What was read stays true while it waits, because nothing else enters.
            long left = balance(from) - amount;
            long more = balance(to) + amount;
            context.await(Future.future(done -> later(done::complete)));
            storage.put(from, left);
            storage.put(to, more);
            return true;
          });
    }

    @Override
    public boolean transferAtSecondTry(String from, String to, long amount) {
      try {
        storage.transaction(
            () -> {
              storage.put(from, balance(from) - amount);
              throw new IllegalStateException("the first try fails");
            });
      } catch (IllegalStateException e) {
        // As it should: nothing of it is left.
      }
      return storage.transaction(() -> transfer(from, to, amount));
    }

    @Override
    public boolean transferAborted(String from, String to, long amount) {
      storage.put(from, balance(from) - amount);
      throw context.abort("in the middle of a transfer");
    }

    @Override
    public long total() {
      return slowTotal(0);
    }

    @Override
    public long slowTotal(int pauseMillis) {
      long sum = 0;
      for (String account : ACCOUNTS) {
        if (account.equals("vault") && pauseMillis > 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
        }
        sum += balance(account);
      }
      return sum;
    }
  }

  private record BellsObject(ObjectContext context) implements Namespaces.Bells, AlarmHandler {
    @Override
    public void arm(String name, int delayMillis) {
      context.storage().alarms().set(name, Duration.ofMillis(delayMillis));
      context.storage().put("armed:" + name, true);
    }

    @Override
    public void alarm(Alarm alarm) {
      // Outside first, then what is its own.
      tellSink(context, new Frame(nameOf(context), 0, alarm.name(), "alarm"));
      Storage storage = context.storage();
      storage.put(
          "fired:" + alarm.name(), storage.get("fired:" + alarm.name(), Long.class, 0L) + 1);
      storage.put("count", storage.get("count", Long.class, 0L) + 1);
    }
  }

  private record TroubleObject(ObjectContext context) implements Namespaces.Troublemaker {
    @Override
    public String misbehave(String way) {
      Storage storage = context.storage();
      switch (way) {
        case "oversize" -> storage.put("big", new byte[Storage.MAX_VALUE_BYTES + 1]);
        case "large" -> storage.put("large", new byte[Storage.MAX_VALUE_BYTES]);
        case "throw" -> throw new IllegalStateException("on purpose");
        case "spin" -> {
          long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        }
        case "sleep" -> LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
        case "list" -> {
          for (int i = 0; i < 7; i++) {
            storage.put("part" + i, new byte[Storage.MAX_VALUE_BYTES]);
          }
          return Integer.toString(storage.list(byte[].class).size());
        }
        default -> throw new IllegalArgumentException(way);
      }
      return way;
    }
  }

  private static String nameOf(ObjectContext context) {
    return context.id().name().orElseThrow();
  }

  private static void later(Runnable action) {
    Thread.ofVirtual()
        .start(
            () -> {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
              action.run();
            });
  }

  private static void tellSink(ObjectContext context, Frame frame) {
    context.await(context.mesh().call(Namespaces.SINK, frame, CallContext.background(SINK_LIMIT)));
  }

  private TestObjects() {}
}

package dev.weft.testkit.objects.transfer;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.ListOptions;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Storage;
import java.time.Duration;
import java.util.Map;

/** Keeps an account. */
record AccountObject(ObjectContext context) implements Account, AlarmHandler {
  static final Namespace<Account> ACCOUNTS = Namespace.of("account", Account.class).asOpen();

  private static final long OPENING = 100;

  record Payment(String to, long amount) {}

  @Override
  public long balance() {
    return context.storage().get("balance", Long.class, OPENING);
  }

  @Override
  public void pay(String id, String to, long amount) {
    Storage storage = context.storage();
    if (storage.get("paid/" + id, Boolean.class, false)) {
      return; // asked for before
    }
    if (balance() < amount) {
      throw WeftError.of("account:balance", Reason.CONFLICT, "Not enough.").exception();
    }
    storage.put("paid/" + id, true, Duration.ofDays(30));
    storage.put("balance", balance() - amount);
    storage.put("pending/" + id, new Payment(to, amount));
    storage.alarms().set("finish", Duration.ZERO);
  }

  @Override
  public void alarm(Alarm alarm) {
    Storage storage = context.storage();
    storage.alarms().set("finish", Duration.ofMinutes(1)); // should anything below fail
    for (Map.Entry<String, Payment> pending : pending().entrySet()) {
      String id = pending.getKey().substring("pending/".length());
      Payment payment = pending.getValue();
      context.objects().get(ACCOUNTS, payment.to()).take(id, payment.amount());
      storage.delete(pending.getKey());
    }
    if (pending().isEmpty()) {
      storage.alarms().delete("finish");
    }
  }

  private Map<String, Payment> pending() {
    return context.storage().list(ListOptions.prefix("pending/"), Payment.class);
  }

  @Override
  public void take(String id, long amount) {
    Storage storage = context.storage();
    if (!storage.get("taken/" + id, Boolean.class, false)) {
      storage.put("taken/" + id, true, Duration.ofDays(30));
      storage.put("balance", balance() + amount);
    }
  }
}

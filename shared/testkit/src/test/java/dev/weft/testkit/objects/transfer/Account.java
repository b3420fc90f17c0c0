package dev.weft.testkit.objects.transfer;

import dev.weft.contracts.objects.Idempotent;

/** An account: one object each. */
public interface Account {
  long balance();

  /** Pays something to another account: once, however often it is asked for that id. */
  @Idempotent
  void pay(String id, String to, long amount);

  /** Takes what another account pays: once, too. */
  @Idempotent
  void take(String id, long amount);
}

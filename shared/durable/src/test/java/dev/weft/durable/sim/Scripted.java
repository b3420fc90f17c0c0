package dev.weft.durable.sim;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.durable.Feed;

/** An object that does what the script of a call says; the number says of which call. */
interface Scripted {
  long once(long call);

  @Idempotent
  long often(long call);

  Feed<Long> watch();
}

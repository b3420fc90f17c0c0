package dev.weft.durable.sim;

import dev.weft.durable.Feed;
import dev.weft.durable.Idempotent;

/** An object that does what the script of a call says; the number says of which call. */
interface Scripted {
  long once(long call);

  @Idempotent
  long often(long call);

  Feed<Long> watch();
}

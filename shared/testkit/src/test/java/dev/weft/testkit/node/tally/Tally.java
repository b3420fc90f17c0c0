package dev.weft.testkit.node.tally;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;

/** A sum. */
public interface Tally {
  Namespace<Tally> TALLIES = Namespace.of("tally", Tally.class).asOpen();

  long add(long n);

  @Idempotent
  long value();
}

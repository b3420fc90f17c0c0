package dev.weft.bench.objects;

import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.Feed;

/** An object that is watched. */
public interface Beacon {
  Namespace<Beacon> BEACONS = Namespace.of("beacon", Beacon.class).asOpen();

  /** Publishes one item, which is not kept. */
  long flash();

  /** Publishes one item, which is kept. */
  long flashAndKeep();

  Feed<Flash> watch();

  Feed<Flash> watchKept();

  /** An item of about 100 bytes. */
  record Flash(long number, String text) {}
}

package dev.weft.bench.objects;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.Projection;

/** The object that is measured: it keeps one value of 100 bytes, the first 8 of them a counter. */
public interface Box {
  Namespace<Box> BOXES = Namespace.of("box", Box.class).asOpen();

  /** The same for nodes of a cluster, which do not have the objects of {@link #BOXES}. */
  Namespace<Box> CLUSTERED = Namespace.of("clusterBox", Box.class).asOpen();

  /** The same, never dropped for having nothing to do. */
  Namespace<Box> RESTING = Namespace.of("restingBox", Box.class).asOpen();

  /** What {@link #addAndRecord} records. */
  record Added(long n, long sum) {}

  Projection<Added> ADDED = Projection.of("added", BOXES, Added.class);

  /** Bytes of the value, as in the other measurements this one is compared with. */
  int VALUE_BYTES = 100;

  /** Counts, and writes the whole value. */
  long add(long n);

  /** The same, with a record for a projection. */
  long addAndRecord(long n);

  /** Reads without writing. */
  @Idempotent
  long value();
}

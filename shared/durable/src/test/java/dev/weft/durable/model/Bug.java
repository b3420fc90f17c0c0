package dev.weft.durable.model;

/** Parts of the protocol left out or done wrongly, one at a time. */
enum Bug {
  /** None: the protocol as it is meant. */
  NONE,
  /** A commit tests its epoch without holding the row: a claim may come between test and write. */
  FENCE_WITHOUT_LOCK,
  /** A claim that waited for the row returns the state its statement saw when it began. */
  CLAIM_READS_OLD_SNAPSHOT,
  /** A read is answered without a look at the lease. */
  NO_LEASE_CHECK,
  /** The local lease counts from the arrival of the acknowledgement, not from the sending. */
  DEADLINE_FROM_ACKNOWLEDGEMENT,
  /** A write is answered when its turn has run, not when it is durable. */
  NO_OUTPUT_GATE,
  /** A read is answered while a write that it saw is not durable yet. */
  NO_OUTPUT_GATE_FOR_READS,
  /** The node takes it for a commit when the statement ran, though it changed no row. */
  MISS_TAKEN_FOR_COMMIT,
  /** A commit tests its epoch but not its place in the sequence. */
  NO_SEQUENCE_CHECK,
  /** A burial writes what it decided earlier, without looking again. */
  BURIAL_ON_OLD_SNAPSHOT,
  /** A claim takes from an owner whose lease has run out, without burying it. */
  CLAIM_WITHOUT_BURIAL,
  /** A supervisor reports the death of a process that still runs. */
  DEATH_REPORTED_TOO_SOON,
  /** A renewal does not look whether the node was buried. */
  RENEWAL_REVIVES
}

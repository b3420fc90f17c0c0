package dev.weft.durable;

import java.time.Duration;

/**
 * How a node takes part in hosting objects.
 *
 * @param secret what ids are made with: the same on all nodes, and kept for ever
 * @param tag what a supervisor knows this process by, so that it can say that it has ended; empty
 *     for none
 * @param leaseTtl so long after its last renewal a node may be declared dead
 * @param leaseRenewal between two renewals
 * @param alarmPoll between two looks for alarms that are due
 * @param maxActive instances kept at most; beyond it the longest idle are dropped first
 * @param drainTimeout how long turns may take to end when the node stops
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ObjectsOptions(
    byte[] secret,
    String tag,
    Duration leaseTtl,
    Duration leaseRenewal,
    Duration alarmPoll,
    int maxActive,
    Duration drainTimeout) {

  /** TTL 5 s, renewed every second; alarms every 200 ms; 200,000 instances; drain 5 s. */
  public static ObjectsOptions of(byte[] secret) {
    return new ObjectsOptions(
        secret,
        "",
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(200),
        200_000,
        Duration.ofSeconds(5));
  }

  public ObjectsOptions withTag(String newTag) {
    return new ObjectsOptions(
        secret, newTag, leaseTtl, leaseRenewal, alarmPoll, maxActive, drainTimeout);
  }

  public ObjectsOptions withLease(Duration ttl, Duration renewal) {
    return new ObjectsOptions(secret, tag, ttl, renewal, alarmPoll, maxActive, drainTimeout);
  }

  public ObjectsOptions withAlarmPoll(Duration newAlarmPoll) {
    return new ObjectsOptions(
        secret, tag, leaseTtl, leaseRenewal, newAlarmPoll, maxActive, drainTimeout);
  }

  public ObjectsOptions withMaxActive(int newMaxActive) {
    return new ObjectsOptions(
        secret, tag, leaseTtl, leaseRenewal, alarmPoll, newMaxActive, drainTimeout);
  }

  public ObjectsOptions withDrainTimeout(Duration newDrainTimeout) {
    return new ObjectsOptions(
        secret, tag, leaseTtl, leaseRenewal, alarmPoll, maxActive, newDrainTimeout);
  }
}

package dev.weft.mesh;

import java.time.Duration;
import java.time.InstantSource;

/**
 * How the mesh of a node behaves.
 *
 * @param nodeName what people call the node
 * @param version software version shown in the directory
 * @param grace how long a call waits for a service that is not there yet
 * @param succession until so long after the last node of a service has left, calls wait for the
 *     next one; never shorter than the grace
 * @param drainTimeout how long running calls may take when the node stops
 * @param streamSilence a stream without a frame or a sign of life from the other side for so long
 *     is over
 * @param time where the instants shown to people come from
 * @param budget what the process may hold of requests and answers
 * @param meters what is told of calls and streams
 */
public record MeshOptions(
    String nodeName,
    String version,
    Duration grace,
    Duration succession,
    Duration drainTimeout,
    Duration streamSilence,
    InstantSource time,
    ByteBudget budget,
    BusMeters meters) {

  /** Grace 1 s, succession 10 s, drain 10 s, silence 30 s, a quarter of the heap. */
  public static MeshOptions named(String nodeName, String version) {
    return new MeshOptions(
        nodeName,
        version,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        InstantSource.system(),
        ByteBudget.ofHeap(),
        BusMeters.NONE);
  }

  public MeshOptions withGrace(Duration newGrace) {
    return new MeshOptions(
        nodeName, version, newGrace, succession, drainTimeout, streamSilence, time, budget, meters);
  }

  public MeshOptions withSuccession(Duration newSuccession) {
    return new MeshOptions(
        nodeName, version, grace, newSuccession, drainTimeout, streamSilence, time, budget, meters);
  }

  public MeshOptions withDrainTimeout(Duration newDrainTimeout) {
    return new MeshOptions(
        nodeName, version, grace, succession, newDrainTimeout, streamSilence, time, budget, meters);
  }

  public MeshOptions withTime(InstantSource newTime) {
    return new MeshOptions(
        nodeName, version, grace, succession, drainTimeout, streamSilence, newTime, budget, meters);
  }

  public MeshOptions withStreamSilence(Duration newStreamSilence) {
    return new MeshOptions(
        nodeName, version, grace, succession, drainTimeout, newStreamSilence, time, budget, meters);
  }

  public MeshOptions withBudget(ByteBudget newBudget) {
    return new MeshOptions(
        nodeName, version, grace, succession, drainTimeout, streamSilence, time, newBudget, meters);
  }

  public MeshOptions withMeters(BusMeters newMeters) {
    return new MeshOptions(
        nodeName, version, grace, succession, drainTimeout, streamSilence, time, budget, newMeters);
  }
}

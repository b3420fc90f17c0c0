package dev.weft.durable.internal.project;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Projector;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** The projectors of one node. Thread-safe. */
public final class Projections {
  private static final DeploymentOptions VIRTUAL =
      new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);

  private final Vertx vertx;
  private final String nodeId;
  private final MeterRegistry registry;
  private final LongSupplier nanoClock;
  private final Telling telling;
  private final List<ProjectorVerticle<?>> running = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /** Has an object tell what it has for a projection. */
  @FunctionalInterface
  public interface Telling {
    /**
     * Completes when that is in the outbox, for good; fails with {@code object:id.not_found} when
     * there is no such object.
     */
    Future<Void> tell(ObjectId id, String projection, int stream, long snapshot);
  }

  /**
   * @param nanoClock monotonic: when it is time to measure
   */
  public Projections(
      Vertx vertx, String nodeId, MeterRegistry registry, LongSupplier nanoClock, Telling telling) {
    this.nanoClock = nanoClock;
    this.vertx = vertx;
    this.nodeId = nodeId;
    this.registry = registry;
    this.telling = telling;
  }

  /** Starts one. */
  public <R> Future<Void> start(Projector<R> projector) {
    String name = projector.projection().name();
    ProjectorVerticle<R> verticle =
        new ProjectorVerticle<>(
            projector,
            (id, stream, snapshot) -> telling.tell(id, name, stream, snapshot),
            nodeId,
            registry,
            nanoClock);
    return vertx
        .deployVerticle(verticle, VIRTUAL)
        .map(
            deployment -> {
              running.add(verticle);
              deployments.add(deployment);
              return null;
            });
  }

  /** An object of this node has committed records. */
  public void wake() {
    running.forEach(ProjectorVerticle::wake);
  }

  /** Stops all, each after what it is doing. */
  public Future<Void> stop() {
    return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
  }
}

package dev.weft.node;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/**
 * A verticle of a service, as a node is to deploy it.
 *
 * @param verticle makes an instance
 * @param threads what its instances run on
 * @param instances how many, unless whoever starts the process says otherwise
 * @param scalable whether they may
 */
public record Deployment(
    Supplier<? extends VerticleBase> verticle,
    ThreadingModel threads,
    int instances,
    boolean scalable) {

  public Deployment {
    if (instances < 1) {
      throw new IllegalArgumentException(instances + " instances");
    }
  }

  /** The main verticle of a service, on virtual threads: one instance, or as many as asked for. */
  public static Deployment onVirtualThreads(Supplier<? extends VerticleBase> verticle) {
    return new Deployment(verticle, ThreadingModel.VIRTUAL_THREAD, 1, true);
  }

  /** The main verticle of a service, on event loops: one instance, or as many as asked for. */
  public static Deployment onEventLoops(Supplier<? extends VerticleBase> verticle) {
    return new Deployment(verticle, ThreadingModel.EVENT_LOOP, 1, true);
  }

  /** The same with another number of instances, unless asked for otherwise. */
  public Deployment times(int number) {
    return new Deployment(verticle, threads, number, scalable);
  }

  /** The same, one instance in any case: for what a node must have once. */
  public Deployment single() {
    return new Deployment(verticle, threads, 1, false);
  }

  /** How Vert.x is told. */
  public DeploymentOptions options() {
    return new DeploymentOptions().setThreadingModel(threads).setInstances(instances);
  }
}

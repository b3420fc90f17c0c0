package dev.weft.node.internal;

import dev.weft.node.Deployment;
import dev.weft.node.Drainable;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The verticles of one service, from their start to their end. Thread-safe. */
final class DeployedService {
  private final Service service;
  private final NodeContext node;
  private final @Nullable Integer instances;
  private final List<Drainable> drainables = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /**
   * @param instances how many of its scalable verticles; null for as many as the service says
   */
  DeployedService(Service service, NodeContext node, @Nullable Integer instances) {
    this.service = service;
    this.node = node;
    this.instances = instances;
  }

  String name() {
    return service.name();
  }

  /** Deploys one verticle after the other. */
  Future<Void> start() {
    Future<Void> started = Future.succeededFuture();
    for (Deployment next : service.verticles(node)) {
      started = started.compose(before -> deploy(next));
    }
    return started;
  }

  private Future<Void> deploy(Deployment deployment) {
    DeploymentOptions options = deployment.options();
    if (instances != null && deployment.scalable()) {
      options.setInstances(instances);
    }
    return node.vertx()
        .deployVerticle(() -> remembered(deployment.verticle().get()), options)
        .onSuccess(deployments::add)
        .mapEmpty();
  }

  private VerticleBase remembered(VerticleBase verticle) {
    if (verticle instanceof Drainable drainable) {
      drainables.add(drainable);
    }
    return verticle;
  }

  Future<Void> drain() {
    List<Future<Void>> draining = new ArrayList<>();
    for (Drainable verticle : drainables) {
      // What it throws, perhaps since it never started, is its failure alone.
      draining.add(Future.succeededFuture().compose(now -> verticle.drain()));
    }
    return Future.join(draining).mapEmpty();
  }

  /** Undeploys, the last deployed first; what fails to stop holds up nothing else. */
  Future<Void> stop() {
    Future<Void> stopped = Future.succeededFuture();
    for (String deployment : List.copyOf(deployments).reversed()) {
      stopped = stopped.eventually(() -> node.vertx().undeploy(deployment));
    }
    return stopped;
  }
}

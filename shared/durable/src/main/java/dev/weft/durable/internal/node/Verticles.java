package dev.weft.durable.internal.node;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The verticles of a node's instances: one each, with a virtual-thread context. Thread-safe. */
public final class Verticles {
  private static final DeploymentOptions VIRTUAL =
      new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);

  private final Vertx vertx;
  private final Set<Future<Void>> undeploying = ConcurrentHashMap.newKeySet();

  public Verticles(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * An instance's own verticle.
   *
   * @param context where its turns run
   * @param id of the deployment
   */
  public record Deployed(Context context, String id) {}

  /** Deploys one. */
  public Future<Deployed> deploy() {
    ObjectVerticle verticle = new ObjectVerticle();
    return vertx
        .deployVerticle(verticle, VIRTUAL)
        .map(id -> new Deployed(Objects.requireNonNull(verticle.context, "deployed"), id));
  }

  /** It has nothing but its context. */
  private static final class ObjectVerticle implements Deployable {
    volatile @Nullable Context context;

    @Override
    public Future<?> deploy(Context deployed) {
      context = deployed;
      return Future.succeededFuture();
    }
  }

  /** Undeploys one, without waiting for that. */
  public void undeploy(Deployed deployed) {
    Future<Void> undeployed = vertx.undeploy(deployed.id());
    undeploying.add(undeployed);
    undeployed.onComplete(_ -> undeploying.remove(undeployed));
  }

  /** Completes when those that are being undeployed now have gone. */
  public Future<?> undeployed() {
    return Future.join(List.copyOf(undeploying));
  }
}

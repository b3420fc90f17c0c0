package dev.weft.auth;

import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import java.util.function.Supplier;

/** Accounts: API keys, identities, access tokens. */
public final class AuthService implements Service {
  private Supplier<Future<Void>> drain = Future::succeededFuture;
  private Supplier<Future<Void>> undeploy = Future::succeededFuture;

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    AuthVerticle verticle = new AuthVerticle(node);
    return node.vertx()
        .deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .map(
            id -> {
              drain = verticle::drain;
              undeploy = () -> node.vertx().undeploy(id);
              return null;
            });
  }

  @Override
  public Future<Void> drain() {
    return drain.get();
  }

  @Override
  public Future<Void> stop() {
    return undeploy.get();
  }
}

package dev.weft.auth;

import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;

/** Accounts: API keys, identities, access tokens. */
public final class AuthService implements Service {

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
    return node.vertx()
        .deployVerticle(
            new AuthVerticle(node),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .mapEmpty();
  }
}

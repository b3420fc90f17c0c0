package dev.weft.auth;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigKey;
import java.util.List;

/** Accounts: API keys, identities, access tokens. */
public final class AuthService implements Service {
  @Override
  public ServiceDescriptor descriptor() {
    return AuthApi.SERVICE;
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return AuthKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onVirtualThreads(() -> new AuthVerticle(node)));
  }
}

package dev.weft.links;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.links.LinksApi;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigKey;
import java.util.List;

/** Links: short names for addresses. */
public final class LinksService implements Service {
  @Override
  public ServiceDescriptor descriptor() {
    return LinksApi.SERVICE;
  }

  @Override
  public Needs needs() {
    return Needs.OBJECTS;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return LinksKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onVirtualThreads(() -> new LinksVerticle(node)));
  }
}

package dev.weft.rag;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.rag.RagApi;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.Shared;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.rag.text.Cutter;
import java.util.List;
import java.util.function.Function;

/** The rag service: see {@link RagApi}. */
public final class RagService implements Service {

  private final Function<Config, Cutter> cutting;

  /** Cuts documents as the settings say. */
  public RagService() {
    this(RagParts::chunker);
  }

  /**
   * @param cutting makes what cuts documents
   */
  RagService(Function<Config, Cutter> cutting) {
    this.cutting = cutting;
  }

  @Override
  public ServiceDescriptor descriptor() {
    return RagApi.SERVICE;
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return RagKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    Shared<RagParts> parts = new Shared<>(() -> RagParts.open(node, cutting), RagParts::close);
    return List.of(
        Deployment.onVirtualThreads(() -> new RagVerticle(node.mesh(), parts))
            .times(Runtime.getRuntime().availableProcessors()));
  }
}

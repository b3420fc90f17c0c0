package dev.weft.chat;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigKey;
import java.util.List;

/** Chat: completions, models, conversations. */
public final class ChatService implements Service {
  @Override
  public ServiceDescriptor descriptor() {
    return ChatApi.SERVICE;
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return ChatKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onEventLoops(() -> new ChatVerticle(node)));
  }
}

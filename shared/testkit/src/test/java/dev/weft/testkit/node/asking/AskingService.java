package dev.weft.testkit.node.asking;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Stub;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.testkit.node.tally.Tally;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls tallies. Has no database and hosts nothing. */
public final class AskingService implements Service {
  private @Nullable DurableObjects objects;

  @Override
  public ServiceDescriptor descriptor() {
    return ServiceDescriptor.of("asking", 0, 0, "/asking/health");
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    objects = node.objects();
    return List.of();
  }

  /** Adds one, once, whatever becomes of the tally's owner meanwhile; returns the sum. */
  public long count(String name, String request) {
    Stub<Tally> tally = Objects.requireNonNull(objects).stub(Tally.TALLIES, name);
    return tally.withRequestId(request).call(each -> each.add(1)).await();
  }
}

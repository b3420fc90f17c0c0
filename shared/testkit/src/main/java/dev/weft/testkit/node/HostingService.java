package dev.weft.testkit.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/**
 * A service that only hosts objects.
 *
 * @param name of the service
 * @param classes of the objects
 */
public record HostingService(String name, List<ObjectClass<?>> classes) implements Service {
  public HostingService {
    classes = List.copyOf(classes);
  }

  public static HostingService of(String name, ObjectClass<?>... classes) {
    return new HostingService(name, List.of(classes));
  }

  @Override
  public ServiceDescriptor descriptor() {
    return ServiceDescriptor.of(name, 0, 0, "/" + name + "/health")
        .hosting(classes.stream().map(ObjectClass::namespace).toArray(Namespace<?>[]::new));
  }

  @Override
  public Needs needs() {
    return Needs.OBJECTS;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(
        Deployment.onVirtualThreads(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return Future.all(classes.stream().map(node.objects()::host).toList());
                  }
                }));
  }
}

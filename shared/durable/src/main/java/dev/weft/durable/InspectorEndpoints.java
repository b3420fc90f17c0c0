package dev.weft.durable;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Directory.NodeInfo;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ObjectInspector} on the mesh: served by every node that hosts objects, for callers
 * that have no database. For who holds {@code objects:inspect}; whoever offers them to the outside
 * sees to it that the object belongs to the caller's tenant.
 */
public final class InspectorEndpoints {
  public static final UnaryEndpoint<ListRequest, Page> LIST =
      Endpoint.unary("objects.list", ListRequest.class, Page.class)
          .asIdempotent()
          .withScope(Scopes.OBJECTS_INSPECT);

  public static final UnaryEndpoint<Target, ObjectInspector.Details> INSPECT =
      Endpoint.unary("objects.inspect", Target.class, ObjectInspector.Details.class)
          .asIdempotent()
          .withScope(Scopes.OBJECTS_INSPECT);

  public static final UnaryEndpoint<Target, Done> EVICT =
      Endpoint.unary("objects.evict", Target.class, Done.class)
          .asIdempotent()
          .withScope(Scopes.OBJECTS_INSPECT);

  public static final UnaryEndpoint<Target, Done> RESET =
      Endpoint.unary("objects.reset", Target.class, Done.class).withScope(Scopes.OBJECTS_INSPECT);

  public static final UnaryEndpoint<Target, Done> DELETE =
      Endpoint.unary("objects.delete", Target.class, Done.class).withScope(Scopes.OBJECTS_INSPECT);

  /**
   * A node to be asked about objects of a namespace: one that hosts it, since only its service has
   * their tables. Null when none does now.
   */
  public static @Nullable String nodeFor(Directory directory, String namespace) {
    String hosts = ObjectEndpoints.instance(namespace).name();
    return directory.serving(LIST).stream()
        .filter(node -> node.endpoints().contains(hosts))
        .map(NodeInfo::id)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** See {@link ObjectInspector#list}. */
  public record ListRequest(
      String namespace, @Nullable String namePrefix, @Nullable String after, int limit) {}

  /** Objects, in the order of their names. */
  public record Page(List<ObjectInspector.Summary> objects) {
    public Page {
      objects = List.copyOf(objects);
    }
  }

  /**
   * One object.
   *
   * @param id 64 hexadecimal digits; null when the name is given
   * @param name the name it was made from; null when the id is given
   */
  public record Target(String namespace, @Nullable String id, @Nullable String name) {}

  /** Whether there was something to do it to. */
  public record Done(boolean done) {}

  private InspectorEndpoints() {}
}

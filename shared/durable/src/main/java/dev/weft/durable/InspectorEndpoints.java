package dev.weft.durable;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.UnaryEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ObjectInspector} on the mesh: served by every node that hosts objects, for callers
 * that have no database. For operators: whoever offers them to the outside sees to it that no one
 * else may call.
 */
public final class InspectorEndpoints {
  public static final UnaryEndpoint<ListRequest, Page> LIST =
      Endpoint.unary("objects.list", ListRequest.class, Page.class).asIdempotent();

  public static final UnaryEndpoint<Target, ObjectInspector.Details> INSPECT =
      Endpoint.unary("objects.inspect", Target.class, ObjectInspector.Details.class).asIdempotent();

  public static final UnaryEndpoint<Target, Done> EVICT =
      Endpoint.unary("objects.evict", Target.class, Done.class).asIdempotent();

  public static final UnaryEndpoint<Target, Done> RESET =
      Endpoint.unary("objects.reset", Target.class, Done.class);

  public static final UnaryEndpoint<Target, Done> DELETE =
      Endpoint.unary("objects.delete", Target.class, Done.class);

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

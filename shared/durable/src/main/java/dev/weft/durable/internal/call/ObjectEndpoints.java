package dev.weft.durable.internal.call;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Namespace;
import org.jspecify.annotations.Nullable;

/** What the nodes that host objects serve on the mesh. */
public final class ObjectEndpoints {

  /** A call of an object of the namespace, for whoever the namespace admits. */
  public static UnaryEndpoint<ObjectRequest, ObjectReply> call(Namespace<?> namespace) {
    return new UnaryEndpoint<>(
        "objects." + namespace.name() + ".call",
        ObjectRequest.class,
        ObjectReply.class,
        false,
        namespace.access());
  }

  /** A call that is answered by a stream. */
  public static StreamEndpoint<ObjectRequest, ObjectReply> watch(Namespace<?> namespace) {
    return new StreamEndpoint<>(
        "objects." + namespace.name() + ".watch",
        ObjectRequest.class,
        ObjectReply.class,
        false,
        namespace.access());
  }

  /**
   * An alarm that is due. Open: a false one is ignored, because the object itself knows what it has
   * set.
   */
  public static UnaryEndpoint<DueAlarm, ObjectReply> alarm(String namespace) {
    return Endpoint.unary("objects." + namespace + ".alarm", DueAlarm.class, ObjectReply.class)
        .asIdempotent()
        .asOpen();
  }

  /**
   * An alarm that is due.
   *
   * @param id 64 hexadecimal digits
   * @param dueMillis the setting that is meant
   * @param deliveries how often it has been delivered, this time included
   * @param brokeOff whether its handler has run and ended the instance: that counts as an error
   */
  public record DueAlarm(
      String id, String alarm, long dueMillis, int deliveries, boolean brokeOff) {}

  /**
   * Has an object tell what it has for a projection that is being built. Open: what is told twice,
   * or without need, is passed over.
   */
  public static UnaryEndpoint<Tell, ObjectReply> tell(String namespace) {
    return Endpoint.unary("objects." + namespace + ".tell", Tell.class, ObjectReply.class)
        .asIdempotent()
        .asOpen();
  }

  /**
   * See {@link #tell}.
   *
   * @param id 64 hexadecimal digits
   * @param stream what is being built
   * @param snapshot tells this telling from others
   */
  public record Tell(String id, String projection, int stream, long snapshot) {}

  /** What the owner knows of an instance, or is to do with it. Operators only. */
  public static UnaryEndpoint<InstanceRequest, InstanceReply> instance(String namespace) {
    return Endpoint.unary(
            "objects." + namespace + ".instance", InstanceRequest.class, InstanceReply.class)
        .asOpen();
  }

  /** See {@link #instance}. */
  public record InstanceRequest(String id, Action action) {
    /** What is asked. */
    public enum Action {
      LOOK,
      EVICT,
      RESET,
      DELETE,
      /** Delete it if it has expired. */
      EXPIRE
    }
  }

  /**
   * See {@link #instance}.
   *
   * @param done whether what was asked has been done
   * @param active what there is, as JSON; absent when there is nothing
   */
  public record InstanceReply(boolean done, @Nullable Fragment active) {}

  private ObjectEndpoints() {}
}

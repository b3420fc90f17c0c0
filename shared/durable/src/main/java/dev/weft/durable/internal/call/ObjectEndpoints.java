package dev.weft.durable.internal.call;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Namespace;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the nodes that host objects serve on the mesh. */
public final class ObjectEndpoints {
  private static final String PREFIX = "objects.";
  private static final String DOOR = ".door";
  private static final int MAX_DIGITS = 10;

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
   * A call from outside the mesh, for an object of the caller's tenant. Served for public
   * namespaces alone, which is how others know that they are.
   */
  public static UnaryEndpoint<ObjectRequest, Raw> door(String namespace) {
    return Endpoint.unary(PREFIX + namespace + DOOR, ObjectRequest.class, Raw.class)
        .withScope(Scopes.OBJECTS_CALL);
  }

  /** The namespace whose {@link #door} an endpoint of that name is; null when it is none. */
  static @Nullable String namespaceOfDoor(String endpoint) {
    return endpoint.startsWith(PREFIX) && endpoint.endsWith(DOOR)
        ? endpoint.substring(PREFIX.length(), endpoint.length() - DOOR.length())
        : null;
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

  /**
   * Served by a node for the version of its class: that it is served, which the directory shows, is
   * how the others know which nodes can take an object whose state is of that version.
   */
  public static UnaryEndpoint<VersionRequest, VersionReply> version(String namespace, int version) {
    return Endpoint.unary(
            versionName(namespace) + letters(version), VersionRequest.class, VersionReply.class)
        .asIdempotent()
        .asOpen();
  }

  /** See {@link #version}. */
  public record VersionRequest() {}

  /** See {@link #version}. */
  public record VersionReply(int version) {}

  /** Whether a node that serves these knows the version of the class. */
  public static boolean knows(Set<String> endpoints, String namespace, int version) {
    String name = versionName(namespace);
    return endpoints.stream()
        .anyMatch(
            each -> each.startsWith(name) && number(each.substring(name.length())) >= version);
  }

  private static String versionName(String namespace) {
    return "objects." + namespace + ".version";
  }

  /** A number in the letters that names of endpoints are made of: 10 is {@code BA}. */
  private static String letters(int number) {
    StringBuilder letters = new StringBuilder();
    Integer.toString(number).chars().forEach(digit -> letters.append((char) (digit - '0' + 'A')));
    return letters.toString();
  }

  private static long number(String letters) {
    long number = 0;
    for (int i = 0; i < letters.length() && i < MAX_DIGITS; i++) {
      number = number * 10 + letters.charAt(i) - 'A';
    }
    return number;
  }

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
   * @param failing how it cannot be made, as JSON; absent when it can, as far as is known
   */
  public record InstanceReply(
      boolean done, @Nullable Fragment active, @Nullable Fragment failing) {}

  private ObjectEndpoints() {}
}

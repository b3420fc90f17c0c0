package dev.weft.contracts.objects;

import dev.weft.contracts.Endpoint;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A kind of object: its name, the interface its callers use and who may call. A constant, shared by
 * the node that hosts the objects and those that call them:
 *
 * <pre>{@code
 * interface Counter { long add(long n); }
 * Namespace<Counter> COUNTERS = Namespace.of("counter", Counter.class);
 * }</pre>
 *
 * <p>The methods of the interface are what can be called; default methods too, which run as one
 * turn of the object, overridden or not. Static ones are the caller's own. Parameters and results
 * are values that JSON can carry (records, numbers, text, lists, maps, {@code byte[]}, {@code
 * Optional}, cases of sealed types); they are copied on the way, also within one process. They are
 * read as the type the interface states and arrive equal, or the call is refused before it is sent:
 * a {@code Long} where it says {@code Object}, say. A method may instead return a {@code Feed},
 * which many can watch. Methods are told apart by name: overloading is refused. So are types that
 * nobody says: a generic interface is to be extended by one that says what its variables are.
 *
 * @param <T> the interface
 */
public final class Namespace<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z]{0,62}");
  private static final String WATCH = "watch";

  private final String name;
  private final Class<T> type;
  private final Endpoint.Access access;
  private final boolean isPublic;

  private Namespace(String name, Class<T> type, Endpoint.Access access, boolean isPublic) {
    this.name = name;
    this.type = Objects.requireNonNull(type, "type");
    this.access = access;
    this.isPublic = isPublic;
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "namespace '" + name + "' is not a letter a-z followed by at most 62 letters");
    }
    if (!type.isInterface()) {
      throw new IllegalArgumentException(type.getName() + " is not an interface");
    }
  }

  /** A namespace whose objects any authenticated caller may call. */
  public static <T> Namespace<T> of(String name, Class<T> type) {
    return new Namespace<>(name, type, Endpoint.Access.AUTHENTICATED, false);
  }

  /** The same namespace for callers whose identity holds the scope. */
  public Namespace<T> withScope(String scope) {
    return new Namespace<>(name, type, Endpoint.Access.scope(scope), isPublic);
  }

  /** The same namespace for callers without an identity: for what the house itself does. */
  public Namespace<T> asOpen() {
    return new Namespace<>(name, type, Endpoint.Access.OPEN, isPublic);
  }

  /**
   * The same namespace, reachable over HTTP too, at {@code /v1/objects/{namespace}/{id}/{method}}:
   * for callers whose key holds {@code objects:call} and, if the namespace has a scope, that one
   * too. Such a caller reaches the objects of its own tenant alone, whose names are {@link
   * TenantName}s.
   *
   * @throws IllegalArgumentException when a method is named {@code watch}, which is the last part
   *     of another address there
   */
  public Namespace<T> asPublic() {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(WATCH)) {
        throw new IllegalArgumentException(
            "a method of a public namespace cannot be named " + WATCH + ": " + method);
      }
    }
    return new Namespace<>(name, type, access, true);
  }

  /** Whether it is reachable over HTTP. */
  public boolean isPublic() {
    return isPublic;
  }

  public String name() {
    return name;
  }

  public Class<T> type() {
    return type;
  }

  public Endpoint.Access access() {
    return access;
  }

  @Override
  public String toString() {
    return name;
  }
}

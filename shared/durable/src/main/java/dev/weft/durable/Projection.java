package dev.weft.durable;

import dev.weft.contracts.objects.Namespace;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A way from the objects of a namespace to tables of the service that hosts them. An object adds
 * records to the {@linkplain ObjectContext#outbox outbox} in the commit of its turn; a {@link
 * Projector} applies them, in the order of each object and each exactly once. A constant, shared by
 * the class of the objects and the projector:
 *
 * <pre>{@code
 * record Spent(String key, long micros) {}
 * Projection<Spent> SPENDING = Projection.of("spending", USAGE, Spent.class);
 * }</pre>
 *
 * <p>Records are JSON and read tolerantly: one that was written before the record had a component
 * is read without it (so a new one is {@code @Nullable} or an {@code Optional}), and what the
 * record does not know is passed over. One that waits may thus be read by another version.
 *
 * @param name letters, digits and underscores: the same for ever
 * @param namespace whose objects add records
 * @param recordType what they are
 * @param <R> the records
 */
public record Projection<R>(String name, Namespace<?> namespace, Class<R> recordType) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  public Projection {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(recordType, "recordType");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "projection '" + name + "' is not a letter a-z followed by at most 39 of a-z, 0-9, _");
    }
  }

  public static <R> Projection<R> of(String name, Namespace<?> namespace, Class<R> recordType) {
    return new Projection<>(name, namespace, recordType);
  }
}

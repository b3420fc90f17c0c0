package dev.weft.durable;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a service applies the records of a projection to its tables. Started on each of its nodes by
 * {@link DurableObjects#project}; at any time one of them works.
 *
 * @param projection whose records
 * @param version of what the handler makes of them; a higher one builds the tables anew
 * @param pool connections to the service's schema, in the database that holds the objects
 * @param tables what the handler writes: these are built beside the old ones and take their place
 *     when they are complete, so readers never see them half built. They exist, made by a
 *     migration; no view and no foreign key refers to them
 * @param handler applies records
 * @param <R> the records
 */
public record Projector<R>(
    Projection<R> projection, int version, Pool pool, List<String> tables, Handler<R> handler) {
  /** A table's name has room for the number of what is being built. */
  private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]{0,47}");

  public Projector {
    Objects.requireNonNull(projection, "projection");
    Objects.requireNonNull(pool, "pool");
    Objects.requireNonNull(handler, "handler");
    tables = List.copyOf(tables);
    if (version < 1) {
      throw new IllegalArgumentException("the version of a projector is at least 1");
    }
    for (String table : tables) {
      if (!TABLE.matcher(table).matches()) {
        throw new IllegalArgumentException(
            "table '" + table + "' is not at most 48 of a-z, 0-9, _");
      }
    }
  }

  /** A projector at version 1 that writes these tables. */
  public static <R> Projector<R> of(
      Projection<R> projection, Pool pool, Handler<R> handler, String... tables) {
    return new Projector<>(projection, 1, pool, List.of(tables), handler);
  }

  public Projector<R> withVersion(int newVersion) {
    return new Projector<>(projection, newVersion, pool, tables, handler);
  }

  /** Applies records. */
  @FunctionalInterface
  public interface Handler<R> {
    /**
     * Applies changes to the tables, within the transaction that takes them out of the outbox: all
     * of it or nothing, and once. On a virtual thread; may wait for the connection, not for long
     * (10 s a statement), and must not end the transaction.
     *
     * <p>An exception undoes all of it. Those changes are then applied in smaller parts until the
     * one at fault is found; it is tried again and again with growing pauses, and the later changes
     * of its object wait for it. Those of other objects do not.
     *
     * @param connection with the service's schema as search path
     */
    void apply(SqlConnection connection, Batch<R> batch) throws Exception;
  }

  /** Changes to be applied together. */
  public interface Batch<R> {

    /** In the order in which they are to be applied. */
    List<Change<R>> changes();

    /**
     * The name to write a table under, to be used in every statement: its own, or another while it
     * is being built anew.
     *
     * @param name one of the projector's tables
     */
    String table(String name);
  }

  /**
   * A record, or that an object was deleted.
   *
   * @param object with its name, if it has one
   * @param sequence grows with each change of an object
   * @param record null when the object was deleted, by an operator or because it expired: what the
   *     tables have of it is to go
   */
  public record Change<R>(ObjectId object, long sequence, @Nullable R record) {

    /** Whether the object was deleted. */
    public boolean deleted() {
      return record == null;
    }
  }
}

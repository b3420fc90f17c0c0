package dev.weft.durable;

import dev.weft.contracts.objects.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a node makes and runs the objects of a namespace. Immutable.
 *
 * @param namespace which
 * @param factory makes an instance; runs as the first part of the first turn, on every activation.
 *     An exception fails the calls that wait and nothing it wrote is kept
 * @param limits bounds
 * @param strictReads whether an answer that wrote nothing is checked against the database before it
 *     leaves, instead of against the lease: no trust in clocks, one more round trip
 * @param migrations what brings the stored state from one version of the class to the next; the
 *     first makes version 2 of version 1. Each runs once per object, before the factory, and
 *     commits with the first turn
 * @param <T> the interface
 */
public record ObjectClass<T>(
    Namespace<T> namespace,
    Factory<T> factory,
    ObjectLimits limits,
    boolean strictReads,
    List<Migration> migrations) {

  public ObjectClass {
    Objects.requireNonNull(factory, "factory");
    migrations = List.copyOf(migrations);
  }

  /** Makes an instance. */
  @FunctionalInterface
  public interface Factory<T> {
    T create(ObjectContext context) throws Exception;
  }

  /** Changes stored state to what the next version of the class expects. */
  @FunctionalInterface
  public interface Migration {
    void migrate(Storage storage) throws Exception;
  }

  /** A class at version 1 with the usual limits. */
  public static <T> ObjectClass<T> of(Namespace<T> namespace, Factory<T> factory) {
    return new ObjectClass<>(namespace, factory, ObjectLimits.DEFAULT, false, List.of());
  }

  public ObjectClass<T> withLimits(ObjectLimits newLimits) {
    return new ObjectClass<>(namespace, factory, newLimits, strictReads, migrations);
  }

  public ObjectClass<T> withStrictReads() {
    return new ObjectClass<>(namespace, factory, limits, true, migrations);
  }

  /** The next version of the class. */
  public ObjectClass<T> withMigration(Migration migration) {
    List<Migration> more = new ArrayList<>(migrations);
    more.add(migration);
    return new ObjectClass<>(namespace, factory, limits, strictReads, more);
  }

  /** Version of the class: one more than there are migrations. */
  public int version() {
    return migrations.size() + 1;
  }
}

package dev.weft.node;

import io.vertx.core.Future;

/** One of Weft's services, as a node starts and stops it. */
public interface Service {

  /** The first word of its endpoints' names. */
  String name();

  /** What it needs of the node. */
  Needs needs();

  /**
   * Deploys the service's verticles, which serve its endpoints. Called once, when the node's
   * database is migrated and its mesh is up.
   */
  Future<Void> start(NodeContext node);

  /**
   * Takes nothing new from outside and ends what would else run for ever, such as an open door or a
   * stream that only ends with its reader. Called first when the node stops, while the mesh still
   * carries calls; completes when that is done.
   */
  default Future<Void> drain() {
    return Future.succeededFuture();
  }

  /** Undeploys; called after the mesh has drained. */
  default Future<Void> stop() {
    return Future.succeededFuture();
  }

  /**
   * What a service needs.
   *
   * @param database whether it keeps data in PostgreSQL, in a schema of its name; its migrations
   *     lie in {@code db/migration/<name>} on the class path
   * @param objects whether it hosts or calls durable objects
   */
  record Needs(boolean database, boolean objects) {
    public static final Needs NOTHING = new Needs(false, false);
    public static final Needs DATABASE = new Needs(true, false);

    /** A schema of its own and durable objects. */
    public static final Needs OBJECTS = new Needs(true, true);

    /** Whether the node must have a database. */
    public boolean anyDatabase() {
      return database || objects;
    }
  }
}

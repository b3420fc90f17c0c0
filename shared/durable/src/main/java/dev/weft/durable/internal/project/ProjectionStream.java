package dev.weft.durable.internal.project;

import io.vertx.sqlclient.Row;

/**
 * One building of a projection's tables, as the database has it.
 *
 * @param number by which records find it, and its tables are named while they are built
 * @param building whether other tables are in use until it is complete
 * @param rebuild whether an operator asked for it to be built anew
 * @param waits whether there are records to be applied
 * @param due whether there are objects whose records failed and are to be tried again now
 */
record ProjectionStream(
    int number, int version, boolean building, boolean rebuild, boolean waits, boolean due) {

  /** First half of the number of the advisory lock of a stream; its own is the second. */
  static final int LOCK_CLASS = 0x77667072;

  static ProjectionStream of(Row row) {
    return new ProjectionStream(
        row.getInteger(0),
        row.getInteger(1),
        row.getBoolean(2),
        row.getBoolean(3),
        row.getBoolean(4),
        row.getBoolean(5));
  }

  /** The name of a table while it is built. */
  static String tableOf(String table, int stream) {
    return table + "__" + stream;
  }
}

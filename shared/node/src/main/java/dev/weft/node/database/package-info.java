/** PostgreSQL: where it is, the embedded one, migrations. */
@NullMarked
package dev.weft.node.database;

import org.jspecify.annotations.NullMarked;

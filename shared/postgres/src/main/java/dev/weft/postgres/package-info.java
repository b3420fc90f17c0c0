/** PostgreSQL: where it is, the embedded one, migrations. */
@NullMarked
package dev.weft.postgres;

import org.jspecify.annotations.NullMarked;

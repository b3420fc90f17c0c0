@NullMarked
package dev.weft.node.database;

import org.jspecify.annotations.NullMarked;

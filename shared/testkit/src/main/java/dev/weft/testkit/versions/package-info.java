/** Nodes of two versions side by side in one test. */
@NullMarked
package dev.weft.testkit.versions;

import org.jspecify.annotations.NullMarked;

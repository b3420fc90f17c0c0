/** Durable objects under test: hosted on nodes of this JVM, over a database of their own. */
@NullMarked
package dev.weft.testkit.objects;

import org.jspecify.annotations.NullMarked;

/** A model provider that does what a test tells it to. */
@NullMarked
package dev.weft.testkit.upstream;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.weft.testkit.objects;

import org.jspecify.annotations.NullMarked;

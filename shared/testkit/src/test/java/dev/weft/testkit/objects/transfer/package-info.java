/** The transfer of the guide. */
@NullMarked
package dev.weft.testkit.objects.transfer;

import org.jspecify.annotations.NullMarked;

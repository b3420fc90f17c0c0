/** What the gateway answers by itself. */
@NullMarked
package dev.weft.contracts.gateway;

import org.jspecify.annotations.NullMarked;

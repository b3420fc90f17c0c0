/** Fakes of the services behind the gateway, and clients before it. */
@NullMarked
package dev.weft.gateway.support;

import org.jspecify.annotations.NullMarked;

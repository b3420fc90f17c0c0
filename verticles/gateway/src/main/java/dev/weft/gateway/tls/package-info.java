/** TLS at the door: the certificate and key, and their change while the gateway runs. */
@NullMarked
package dev.weft.gateway.tls;

import org.jspecify.annotations.NullMarked;

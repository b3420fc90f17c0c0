/**
 * Hazelcast as this product starts it, and the only place that may touch what Hazelcast keeps to
 * itself ({@code impl} and {@code internal} packages): a door at the membership port, behind which
 * each connection is mutual TLS, and everything off that members do not need.
 */
@NullMarked
package dev.weft.mesh.hazelcast;

import org.jspecify.annotations.NullMarked;

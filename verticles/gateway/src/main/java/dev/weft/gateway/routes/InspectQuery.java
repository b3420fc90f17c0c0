package dev.weft.gateway.routes;

import org.jspecify.annotations.Nullable;

/**
 * What a request for a list of objects says in its query.
 *
 * @param prefix of the names, within the tenant
 * @param after id of the last one of the page before
 * @param limit 1 to 1,000; null for 100
 */
record InspectQuery(@Nullable String prefix, @Nullable String after, @Nullable Integer limit) {}

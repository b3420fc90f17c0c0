package dev.weft.contracts.links;

import dev.weft.contracts.http.Doc;

/** A link by its name. */
public record LinkRef(@Doc("Name of the link.") String name) {}

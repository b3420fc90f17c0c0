package dev.weft.contracts.links;

import dev.weft.contracts.http.Doc;

/**
 * A link to save; the one of that name is replaced.
 *
 * @param name what people call it
 * @param url where it leads
 */
public record SaveLink(
    @Doc(value = "Name of the link.", minLength = 1, maxLength = 64) String name,
    @Doc("Where it leads.") String url) {}

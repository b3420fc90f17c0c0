package dev.weft.contracts.links;

import dev.weft.contracts.http.Doc;

/**
 * A link.
 *
 * @param name what people call it
 * @param url where it leads
 * @param visits how often it was looked up
 */
public record Link(String name, String url, @Doc("How often it was looked up.") long visits) {}

package dev.weft.contracts.rag;

import dev.weft.contracts.http.Doc;

/** A document by its collection's name and its id. */
public record DocumentRef(
    @Doc(
            value = "Name of the collection.",
            minLength = 1,
            maxLength = 64,
            pattern = "^[A-Za-z0-9._-]{1,64}$")
        String collection,
    @Doc(value = "Id of the document.", minLength = 1, maxLength = 200) String id) {}

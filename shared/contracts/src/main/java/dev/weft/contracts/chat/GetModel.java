package dev.weft.contracts.chat;

import dev.weft.contracts.http.Doc;

/** A model by its id, which may contain slashes. */
public record GetModel(
    @Doc("Id of the model. May contain slashes, as they are or percent-encoded.") String id) {}

package dev.weft.contracts.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A model in OpenAI's shape.
 *
 * @param id what a request names
 * @param object {@code model}
 * @param created seconds since the epoch
 * @param ownedBy the provider's name
 */
public record Model(
    String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {}

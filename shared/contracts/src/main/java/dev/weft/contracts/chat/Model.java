package dev.weft.contracts.chat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weft.contracts.http.Doc;

/**
 * A model in OpenAI's shape.
 *
 * @param id what a request names
 * @param object {@code model}
 * @param created seconds since the epoch
 * @param ownedBy the provider's name
 */
public record Model(
    @Doc("What a request names.") String id,
    @Doc(allowed = "model") String object,
    @Doc("Seconds since the epoch.") long created,
    @Doc("The provider's name.") @JsonProperty("owned_by") String ownedBy) {}

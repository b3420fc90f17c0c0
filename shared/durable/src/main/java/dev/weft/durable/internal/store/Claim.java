package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;

/**
 * A wish to own an object.
 *
 * @param create whether an object that was never written is made; if not, such a claim is answered
 *     by {@link ClaimResult.Absent}
 * @param maxVersion the newest class version this node knows; a state that is newer is not taken
 */
public record Claim(ObjectId id, boolean create, int maxVersion) {}

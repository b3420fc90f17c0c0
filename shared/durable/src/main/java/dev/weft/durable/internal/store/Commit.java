package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;

/**
 * One object's part of a flush.
 *
 * @param epoch the ownership it was written under
 * @param seq commits of this object before this one; the commit makes it {@code seq + 1}
 */
public record Commit(ObjectId id, long epoch, long seq, WriteSet writes) {}

package dev.weft.durable.internal.store;

import dev.weft.contracts.WeftError;

/** What became of a {@link Commit}. */
public sealed interface CommitResult {
  /** It is durable. */
  record Committed() implements CommitResult {}

  /** Nothing was written: the object has, or had, another owner since. */
  record Fenced() implements CommitResult {}

  /** Nothing was written: the database refuses this one, or has no room for it. */
  record Refused(WeftError error) implements CommitResult {}

  /** It is not known, and will not be: this node may not ask any more. */
  record Unknown() implements CommitResult {}
}

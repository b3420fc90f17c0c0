package dev.weft.contracts.links;

/** Counts the visits of one link. */
public interface Visits {
  /** Counts one more; returns how many there were so far. */
  long add();
}

package dev.weft.durable.sim;

/** What goes wrong at the edges, by chance, as long as anything may. */
final class Faults {
  private final World world;
  private final int percent;
  private boolean none;

  /** What becomes of a commit. */
  enum OfCommit {
    NONE,
    REFUSED,
    /** It never arrives, and nobody knows. */
    LOST_BEFORE,
    /** It is applied, and nobody knows. */
    LOST_AFTER,
    /** Nobody knows, and it may be applied long afterwards. */
    LATE
  }

  /**
   * @param percent how likely each is
   */
  Faults(World world, int percent) {
    this.world = world;
    this.percent = percent;
  }

  /** From now on all goes well. */
  void stop() {
    none = true;
  }

  private boolean happens() {
    return !none && world.chance(percent);
  }

  OfCommit ofCommit() {
    return happens() ? OfCommit.values()[1 + world.below(4)] : OfCommit.NONE;
  }

  boolean claimAnswerIsLost() {
    return happens();
  }

  boolean readFails() {
    return happens();
  }

  boolean requestIsLost() {
    return happens();
  }

  boolean replyIsLost() {
    return happens();
  }
}

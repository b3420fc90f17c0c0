package dev.weft.mesh;

/**
 * Limits of one served endpoint on one node.
 *
 * @param maxConcurrent requests running at once; one more is answered {@code mesh:overloaded} with
 *     nothing done. At least 1
 * @param watch true for a stream that has no end of its own, such as one that reports changes: when
 *     the node stops it is ended at once with {@code mesh:node.unavailable}, so that its reader
 *     opens it elsewhere, instead of holding up the drain
 */
public record ServeOptions(int maxConcurrent, boolean watch) {
  public static final ServeOptions DEFAULT = new ServeOptions(4_096);

  public ServeOptions {
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent must be at least 1, not " + maxConcurrent);
    }
  }

  public ServeOptions(int maxConcurrent) {
    this(maxConcurrent, false);
  }

  /** The same limits for a stream without an end of its own. */
  public ServeOptions asWatch() {
    return new ServeOptions(maxConcurrent, true);
  }
}

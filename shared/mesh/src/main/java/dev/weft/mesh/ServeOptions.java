package dev.weft.mesh;

/**
 * Limits of one served endpoint on one node.
 *
 * @param maxConcurrent requests running at once; one more is answered {@code mesh:overloaded} with
 *     nothing done. At least 1
 */
public record ServeOptions(int maxConcurrent) {
  public static final ServeOptions DEFAULT = new ServeOptions(4_096);

  public ServeOptions {
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent must be at least 1, not " + maxConcurrent);
    }
  }
}

package dev.weft.node;

/** The threads that carry virtual threads. */
public final class VirtualThreads {
  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
  private static final int AT_LEAST = 8;

  /**
   * Has virtual threads carried by at least eight threads: code that computes without ever waiting
   * keeps its carrier, and as many of it as there are processors would stop all others. To be
   * called before the first virtual thread; what the command line says stays.
   */
  public static void widen() {
    if (System.getProperty(PARALLELISM) == null) {
      int carriers = Math.max(AT_LEAST, Runtime.getRuntime().availableProcessors());
      System.setProperty(PARALLELISM, String.valueOf(carriers));
    }
  }

  private VirtualThreads() {}
}

package dev.weft.faults;

/**
 * A row of the fault table.
 *
 * @param number its number there
 * @param fault what is done
 * @param workload what the callers do meanwhile
 * @param invariant what must hold
 * @param hosts nodes that host objects
 * @param namespaces whether the nodes need network namespaces
 * @param body one run
 */
record Row(
    int number,
    String fault,
    String workload,
    String invariant,
    int hosts,
    boolean namespaces,
    Body body) {

  /** One run; what it finds it tells the run. */
  @FunctionalInterface
  interface Body {
    void run(Run run) throws Exception;
  }
}

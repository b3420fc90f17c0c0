package dev.weft.all.doctor;

import java.util.List;

/** Whether this Java can run Weft. */
final class JavaCheck implements Check {
  private static final int NEEDED = 25;

  @Override
  public String name() {
    return "java";
  }

  @Override
  public List<Finding> look(Site site) {
    int java = site.machine().java();
    return java < NEEDED
        ? List.of(Finding.of(Fault.JAVA_OLD, System.getProperty("java.home", "java"), java, NEEDED))
        : List.of();
  }
}

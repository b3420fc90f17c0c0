package dev.weft.node.config;

import java.util.List;

/** A configuration that is not valid, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(text(problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: where, what is wrong, what would be right. */
  public List<String> problems() {
    return problems;
  }

  private static String text(List<String> problems) {
    String head =
        problems.size() == 1
            ? "The configuration has a problem:"
            : "The configuration has " + problems.size() + " problems:";
    return head + "\n  " + String.join("\n  ", problems);
  }
}

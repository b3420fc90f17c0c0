package dev.weft.node.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The page {@code docs/reference/configuration.md}, made from the keys. */
public final class ConfigReference {

  private static final String HEAD =
      """
      # Configuration

      <!-- Made from the settings that the services contribute; change them there. The test ConfigReferenceTest
           compares, and with -Dweft.docs=write writes this page. -->

      A setting comes from the command line (`--set gateway.port=9000`), else the environment
      (`WEFT_GATEWAY__PORT=9000`: two underscores for a dot, one before a capital letter), else a
      `.env` file in the working directory, else `conf/weft.yaml` (or `--config FILE`), else its
      default. `scripts/weft config explain` prints the values in force and where each comes from.

      A name nobody knows or a value that cannot be stops the start with exit code 3 and names every
      problem at once. Time spans are written `250ms`, `30s`, `5m`, `2h`; sizes `512KiB`, `4MiB`. In a
      variable a list is written with commas, anything structured as JSON.
      """;

  /**
   * The page's text.
   *
   * @param keys all settings, in the order of the page
   */
  public static String page(List<ConfigKey<?>> keys) {
    StringBuilder page = new StringBuilder(HEAD);
    String group = "";
    for (ConfigKey<?> key : ordered(keys)) {
      if (!group(key).equals(group)) {
        group = group(key);
        page.append("\n## ").append(group).append("\n\n");
        page.append("| setting | default | what it is |\n|---|---|---|\n");
      }
      page.append("| `").append(key.name()).append('`');
      for (String alias : key.aliases()) {
        page.append("<br>`").append(alias).append('`');
      }
      String value = ConfigValues.text(key.defaultValue());
      page.append(" | ").append(value.isEmpty() ? "" : "`" + cell(value) + "`");
      page.append(" | ").append(cell(key.description())).append(" |\n");
    }
    return page.toString();
  }

  /** By group, groups and keys in the order they were defined; the ungrouped first. */
  private static List<ConfigKey<?>> ordered(List<ConfigKey<?>> keys) {
    List<String> groups = keys.stream().map(ConfigReference::group).distinct().toList();
    List<ConfigKey<?>> ordered = new ArrayList<>();
    for (String group : groups) {
      ordered.addAll(
          keys.stream().filter(key -> group(key).equals(group)).collect(Collectors.toList()));
    }
    return ordered;
  }

  private static String group(ConfigKey<?> key) {
    int dot = key.name().indexOf('.');
    return dot < 0 ? "general" : key.name().substring(0, dot);
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private ConfigReference() {}
}

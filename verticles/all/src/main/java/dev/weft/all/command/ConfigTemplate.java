package dev.weft.all.command;

import dev.weft.node.config.LoadedConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A configuration file that names every setting and sets none: each stands at its default. */
final class ConfigTemplate {
  private static final int WIDTH = 96;

  /** What stands for a secret, which by default is always none. */
  private static final String MASKED = "***";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/.][A-Za-z0-9_./-]*|-?[0-9]+");

  private static final String HEAD =
      """
      # Settings of Weft. Every setting below is at its default; remove the # before its name to change it.
      # A setting can also come from the environment, which goes before this file: gateway.port is
      # WEFT_GATEWAY__PORT. Secrets belong in the environment or in .env, not here.
      # `weft config explain` shows what is in force and where it comes from.
      """;

  /**
   * The text of the file.
   *
   * @param defaults every setting at its default, in the order of the file
   */
  static String of(List<LoadedConfig.Explained> defaults) {
    StringBuilder out = new StringBuilder(HEAD);
    List<String> open = List.of();
    for (LoadedConfig.Explained setting : defaults) {
      List<String> path = List.of(setting.key().split("\\."));
      List<String> groups = path.subList(0, path.size() - 1);
      if (!groups.equals(open)) {
        openGroups(out, open, groups);
        open = groups;
      } else if (groups.isEmpty()) {
        out.append('\n');
      }
      String indent = "  ".repeat(groups.size());
      for (String line : wrapped(setting.description(), WIDTH - indent.length())) {
        out.append(indent).append("# ").append(line).append('\n');
      }
      String value = value(setting.value());
      out.append(indent).append('#').append(path.getLast()).append(':');
      out.append(value.isEmpty() ? "" : " " + value).append('\n');
    }
    return out.toString();
  }

  private static void openGroups(StringBuilder out, List<String> open, List<String> groups) {
    int common = 0;
    while (common < Math.min(open.size(), groups.size())
        && open.get(common).equals(groups.get(common))) {
      common++;
    }
    out.append('\n');
    for (int i = common; i < groups.size(); i++) {
      out.append("  ".repeat(i)).append(groups.get(i)).append(":\n");
    }
  }

  private static String value(String text) {
    boolean structured = text.startsWith("[") || text.startsWith("{");
    if (text.equals(MASKED)) {
      return "";
    }
    if (text.isEmpty() || structured || PLAIN.matcher(text).matches()) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private ConfigTemplate() {}
}

package dev.weft.node.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code .env} files: {@code NAME=value} lines, with {@code export}, comments and quotes. In
 * double quotes {@code \n}, {@code \"}, {@code \\} and {@code \$} are escapes; nothing is expanded.
 */
final class DotEnv {

  /**
   * A variable.
   *
   * @param value without its quotes
   * @param line from 1
   */
  record Variable(String value, int line) {}

  private static final Pattern ASSIGNMENT =
      Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");

  /**
   * Reads a file's text.
   *
   * @param problems takes one line for each line that cannot be read
   */
  static Map<String, Variable> parse(String text, String fileName, List<String> problems) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String content = number == 1 && line.startsWith("\ufeff") ? line.substring(1) : line;
      if (content.isBlank() || content.strip().startsWith("#")) {
        continue;
      }
      Matcher matcher = ASSIGNMENT.matcher(content);
      if (!matcher.matches()) {
        // The line is not shown: it may be a secret.
        problems.add(fileName + ":" + number + ": must be NAME=value");
        continue;
      }
      String raw = matcher.group(2).strip();
      String value = unquoted(raw);
      if (value == null) {
        problems.add(
            fileName + ":" + number + ": " + matcher.group(1) + " has a quote that does not end");
        continue;
      }
      variables.put(matcher.group(1), new Variable(value, number));
    }
    return variables;
  }

  private static @Nullable String unquoted(String raw) {
    if (raw.startsWith("'")) {
      int end = raw.indexOf('\'', 1);
      return end > 0 && commentOnly(raw, end + 1) ? raw.substring(1, end) : null;
    }
    if (!raw.startsWith("\"")) {
      int comment = raw.startsWith("#") ? 0 : raw.indexOf(" #");
      return comment >= 0 ? raw.substring(0, comment).strip() : raw;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 1; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '"') {
        return commentOnly(raw, i + 1) ? out.toString() : null;
      }
      if (c == '\\' && i + 1 < raw.length()) {
        char escaped = raw.charAt(++i);
        switch (escaped) {
          case 'n' -> out.append('\n');
          case '"', '\\', '$' -> out.append(escaped);
          default -> out.append('\\').append(escaped);
        }
      } else {
        out.append(c);
      }
    }
    return null;
  }

  private static boolean commentOnly(String raw, int from) {
    String rest = raw.substring(from).strip();
    return rest.isEmpty() || rest.startsWith("#");
  }

  private DotEnv() {}
}

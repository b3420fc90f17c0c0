package dev.weft.all.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import dev.weft.node.BuildInfo;
import java.util.Optional;

/** The line that {@code --json} prints when everything is ready. */
final class ReadyLine {
  /**
   * One line of JSON: url, key (null in the prod profile), version, pid.
   *
   * @param key an API key; a secret, and the reason why scripts ask for this line
   */
  static String of(String url, Optional<String> key) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("url", url);
    line.put("key", key.orElse(null));
    line.put("version", BuildInfo.version());
    line.put("pid", ProcessHandle.current().pid());
    return line.toString();
  }

  private ReadyLine() {}
}

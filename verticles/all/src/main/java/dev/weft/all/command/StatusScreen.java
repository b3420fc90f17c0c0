package dev.weft.all.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.contracts.health.HealthReport;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** How a Weft is, as tables: services, nodes, and what they depend on. */
final class StatusScreen {
  private final Terminal terminal;
  private final Instant now;

  StatusScreen(Terminal terminal, Instant now) {
    this.terminal = terminal;
    this.now = now;
  }

  /**
   * The lines.
   *
   * @param health what the gateway says of the whole
   */
  List<String> lines(JsonNode health) {
    List<String> lines = new ArrayList<>();
    lines.add(text("status.whole", word(health), health.path("version").asText("?")));
    lines.add("");
    lines.addAll(services(health).lines(0));
    if (health.has("nodes")) {
      lines.add("");
      lines.addAll(nodes(health).lines(0));
      lines.add("");
      lines.addAll(checks(health).lines(0));
    } else {
      lines.add("");
      lines.add(text("status.untrusted"));
    }
    return lines;
  }

  private Table services(JsonNode health) {
    Table table =
        new Table(
            text("status.service"), text("status.state"), text("status.nodes"), text("status.for"));
    for (JsonNode service : health.path("services")) {
      String name = service.path("service").asText();
      table.row(name, word(service), count(health, name), since(service));
    }
    return table;
  }

  /** How many nodes serve it; they are not told to everybody. */
  private static String count(JsonNode health, String service) {
    if (!health.has("nodes")) {
      return "?";
    }
    int count = 0;
    for (JsonNode node : health.path("nodes")) {
      for (JsonNode served : node.path("services")) {
        count += served.asText().equals(service) ? 1 : 0;
      }
    }
    return String.valueOf(count);
  }

  private Table nodes(JsonNode health) {
    Table table =
        new Table(
            text("status.node"),
            text("status.version"),
            text("status.state"),
            text("status.calls"),
            text("status.up.time"),
            text("status.services"));
    for (JsonNode node : health.path("nodes")) {
      List<String> services = new ArrayList<>();
      node.path("services").forEach(service -> services.add(service.asText()));
      table.row(
          shown(node, "node"),
          shown(node, "version"),
          shown(node, "state"),
          String.valueOf(node.path("inFlight").asInt()),
          since(node),
          services.isEmpty() ? "-" : String.join(" ", services));
    }
    return table;
  }

  private Table checks(JsonNode health) {
    Table table =
        new Table(
            text("status.check"),
            text("status.service"),
            text("status.state"),
            text("status.detail"));
    for (JsonNode service : health.path("services")) {
      for (JsonNode check : service.path("checks")) {
        String needs = check.path("needs").asText();
        String detail = check.path("detail").asText(needs.isEmpty() ? "-" : "");
        table.row(
            shown(check, "name"),
            service.path("service").asText(),
            word(check),
            Messages.onOneLine(needs.isEmpty() ? detail : detail + " → " + needs));
      }
    }
    return table;
  }

  private String word(JsonNode of) {
    String status = of.path("status").asText();
    return switch (status) {
      case HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN -> text("status." + status);
      default -> Messages.onOneLine(status);
    };
  }

  private String since(JsonNode of) {
    try {
      return span(Duration.between(Instant.parse(of.path("since").asText()), now));
    } catch (DateTimeParseException e) {
      return "?";
    }
  }

  /** The two largest units: {@code 3d 4h}. */
  static String span(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    if (seconds < 86_400) {
      return seconds / 3_600 + "h " + seconds % 3_600 / 60 + "m";
    }
    return seconds / 86_400 + "d " + seconds % 86_400 / 3_600 + "h";
  }

  private static String shown(JsonNode of, String field) {
    return Messages.onOneLine(of.path(field).asText("-"));
  }

  private String text(String key, Object... arguments) {
    return terminal.messages().text(key, arguments);
  }
}

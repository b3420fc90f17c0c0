package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.all.doctor.Doctor.Examined;
import dev.weft.all.doctor.Fault.Severity;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import dev.weft.node.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What doctor found, for people and for programs. */
public final class Examination {
  private final List<Examined> examined;

  Examination(List<Examined> examined) {
    this.examined = List.copyOf(examined);
  }

  /**
   * Makes all checks, within 4 s. Blocks.
   *
   * @param loader reads the configuration
   * @param url of the gateway; null for the configured one
   * @param keyFile with an API key; null for the ready-made one of the data directory
   */
  public static Examination of(ConfigLoader loader, @Nullable String url, @Nullable Path keyFile) {
    try (Site site = new Site(Machine.here(), Limits.USUAL, loader, url, keyFile)) {
      return new Examination(Doctor.withAllChecks().examine(site));
    }
  }

  /** Whether nothing is wrong, as far as was looked. */
  public boolean isHealthy() {
    return examined.stream().allMatch(one -> one.findings().isEmpty());
  }

  /** Lines for a terminal: what is wrong, what was not looked at, what is well. */
  public List<String> lines(Terminal terminal) {
    Messages messages = terminal.messages();
    List<String> lines = new ArrayList<>();
    int findings = 0;
    for (Examined one : examined) {
      for (Finding finding : one.findings()) {
        findings++;
        add(terminal, one.check(), finding, lines);
      }
    }
    int notMade = 0;
    List<String> well = new ArrayList<>();
    for (Examined one : examined) {
      NotChecked why = one.notChecked();
      if (why != null) {
        notMade++;
        lines.add(
            terminal.dim("-")
                + " "
                + messages.text("doctor.notChecked", one.check(), text(messages, why)));
      } else if (one.findings().isEmpty()) {
        well.add(one.check());
      }
    }
    if (!well.isEmpty()) {
      lines.add(terminal.green("✓") + " " + messages.text("doctor.well", String.join(", ", well)));
    }
    lines.add("");
    lines.add(messages.text(findings == 0 ? "doctor.healthy" : "doctor.sum", findings, notMade));
    return lines;
  }

  private static void add(Terminal terminal, String check, Finding finding, List<String> lines) {
    Messages messages = terminal.messages();
    boolean error = finding.fault().severity() == Severity.ERROR;
    String mark = error ? terminal.red("✗") : terminal.yellow("!");
    String key = finding.fault().key();
    Object[] texts = finding.texts();
    lines.add(
        mark + " " + terminal.bold(check + ": " + Messages.onOneLine(messages.text(key, texts))));
    lines.add("    " + messages.text("doctor.where", Messages.onOneLine(finding.where())));
    lines.add("    " + Messages.onOneLine(messages.text(key + ".why", texts)));
    lines.add("    → " + Messages.onOneLine(messages.text(key + ".mend", texts)));
  }

  /** One object: whether all is well, the findings, and what was not looked at. */
  public String json(Messages messages) {
    ObjectNode out = Json.mapper().createObjectNode();
    out.put("healthy", isHealthy());
    ArrayNode findings = out.putArray("findings");
    ArrayNode notChecked = out.putArray("notChecked");
    ArrayNode well = out.putArray("well");
    for (Examined one : examined) {
      for (Finding finding : one.findings()) {
        Object[] texts = finding.texts();
        String key = finding.fault().key();
        findings
            .addObject()
            .put("check", one.check())
            .put("code", finding.fault().code())
            .put("severity", finding.fault().severity().name().toLowerCase(Locale.ROOT))
            .put("where", finding.where())
            .put("what", messages.text(key, texts))
            .put("why", messages.text(key + ".why", texts))
            .put("mend", messages.text(key + ".mend", texts));
      }
      NotChecked why = one.notChecked();
      if (why != null) {
        notChecked.addObject().put("check", one.check()).put("why", text(messages, why));
      } else if (one.findings().isEmpty()) {
        well.add(one.check());
      }
    }
    return out.toString();
  }

  private static String text(Messages messages, NotChecked why) {
    return Messages.onOneLine(
        messages.text("doctor.not." + why.reason(), why.arguments().toArray()));
  }
}

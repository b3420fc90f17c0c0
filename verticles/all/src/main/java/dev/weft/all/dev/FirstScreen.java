package dev.weft.all.dev;

import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.BuildInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees when Weft is ready: what runs where, the addresses, a key that works, and a
 * call to paste.
 *
 * @param url of the gateway, without a slash at its end
 * @param key the ready-made API key; null in the prod profile
 * @param data the data directory
 * @param services what runs
 * @param model who answers
 */
public record FirstScreen(
    String url, @Nullable String key, Path data, List<ServiceRow> services, ModelChoice model) {
  private static final int INDENT = 2;
  private static final int LABEL_WIDTH = 12;

  /**
   * A service.
   *
   * @param where the process it runs in
   * @param ready whether it says it is well
   * @param storage where its data is
   */
  public record ServiceRow(String name, String where, boolean ready, String storage) {}

  public FirstScreen {
    services = List.copyOf(services);
  }

  /** The lines of the screen. */
  public List<String> lines(Terminal terminal) {
    Messages messages = terminal.messages();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("  " + terminal.bold("Weft " + BuildInfo.version()));
    lines.add("");
    lines.addAll(table(terminal));
    lines.add("");
    addAddresses(lines, terminal);
    lines.add("");
    addModel(lines, messages);
    lines.add("");
    if (key != null) {
      lines.add("  " + terminal.bold(messages.text("dev.try")));
      lines.addAll(curl(key));
      lines.add("");
      lines.add("  " + terminal.bold(messages.text("dev.sdk")));
      lines.add("export OPENAI_BASE_URL=" + url + "/v1");
      lines.add("export OPENAI_API_KEY=" + key);
      lines.add("");
    }
    lines.add("  " + terminal.dim(messages.text("dev.stop")));
    lines.add("");
    return lines;
  }

  private List<String> table(Terminal terminal) {
    Messages messages = terminal.messages();
    Table table =
        new Table(
            messages.text("dev.service"),
            messages.text("dev.where"),
            messages.text("dev.state"),
            messages.text("dev.storage"));
    for (ServiceRow service : services) {
      String state = messages.text(service.ready() ? "dev.ready" : "dev.not_ready");
      table.row(service.name(), service.where(), state, service.storage());
    }
    List<String> lines = new ArrayList<>(table.lines(INDENT));
    lines.set(0, terminal.dim(lines.getFirst()));
    return lines;
  }

  private void addAddresses(List<String> lines, Terminal terminal) {
    Messages messages = terminal.messages();
    lines.add(labelled(messages.text("dev.url.gateway"), url));
    lines.add(labelled(messages.text("dev.url.docs"), url + "/docs"));
    lines.add(labelled(messages.text("dev.url.health"), url + "/health"));
    lines.add(labelled(messages.text("dev.url.mcp"), url + "/mcp"));
    lines.add(labelled(messages.text("dev.url.metrics"), url + "/metrics"));
    if (key == null) {
      lines.add(labelled(messages.text("dev.key"), messages.text("dev.key.none")));
    } else {
      String note = messages.text("dev.key.note", data.resolve("dev.key"));
      lines.add(labelled(messages.text("dev.key"), terminal.green(key)));
      lines.add(labelled("", terminal.dim(note)));
    }
  }

  private void addModel(List<String> lines, Messages messages) {
    String label = messages.text("dev.model");
    if (model.offline()) {
      lines.add(labelled(label, "weft-offline: " + messages.text("dev.model.offline")));
      lines.add(labelled("", messages.text("dev.model.offline.advice")));
      return;
    }
    String because = model.because().isEmpty() ? "" : " (" + model.because() + ")";
    String name = model.model().isEmpty() ? "default" : model.model();
    lines.add(
        labelled(label, name + ": " + messages.text("dev.model.provider", model.provider()))
            + because);
  }

  /** A call that streams; copied as it is, it works in any POSIX shell. */
  private List<String> curl(String secret) {
    return List.of(
        "curl -N " + url + "/v1/chat/completions \\",
        "  -H 'Authorization: Bearer " + secret + "' \\",
        "  -H 'Content-Type: application/json' \\",
        "  -d '{\"model\": \"default\", \"stream\": true,",
        "       \"messages\": [{\"role\": \"user\", \"content\": \"What are you, and what can you"
            + " do?\"}]}'");
  }

  private static String labelled(String label, String value) {
    return Table.padded("  " + label, LABEL_WIDTH + INDENT) + value;
  }
}

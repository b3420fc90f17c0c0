package dev.weft.all.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft objects}: durable objects of a running Weft, through its gateway. */
@Command(
    name = "objects",
    mixinStandardHelpOptions = true,
    subcommands = {
      ObjectsCommand.ListObjects.class,
      ObjectsCommand.Inspect.class,
      ObjectsCommand.Evict.class,
      ObjectsCommand.Reset.class,
      ObjectsCommand.Delete.class
    })
final class ObjectsCommand {
  private static final String OBJECTS = "/v1/inspect/objects/";
  private static final int USUAL_LIMIT = 100;

  /** {@code weft objects list}. */
  @Command(name = "list", mixinStandardHelpOptions = true)
  static final class ListObjects implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GatewayDesk desk = new GatewayDesk();

    @Parameters(index = "0", paramLabel = "NAMESPACE", descriptionKey = "objects.NAMESPACE")
    private String namespace = "";

    @Option(names = "--prefix", paramLabel = "TEXT", descriptionKey = "objects.prefix")
    private @Nullable String prefix;

    @Option(names = "--after", paramLabel = "ID", descriptionKey = "objects.after")
    private @Nullable String after;

    @Option(names = "--limit", paramLabel = "N", descriptionKey = "objects.limit")
    private @Nullable Integer limit;

    ListObjects(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Map<String, @Nullable Object> query = new LinkedHashMap<>();
      query.put("prefix", prefix);
      query.put("after", after);
      query.put("limit", limit);
      JsonNode answer =
          desk.ask(
              terminal, "GET", OBJECTS + GatewayDesk.encoded(namespace) + GatewayDesk.query(query));
      JsonNode objects = answer.path("objects");
      if (desk.json()) {
        terminal.out().println(answer);
      } else if (objects.isEmpty()) {
        terminal.info("objects.none", namespace);
      } else {
        table(objects).lines(0).forEach(terminal.out()::println);
        if (objects.size() >= (limit == null ? USUAL_LIMIT : limit)) {
          terminal.info("objects.more", objects.path(objects.size() - 1).path("id").asText());
        }
      }
      return 0;
    }

    private Table table(JsonNode objects) {
      Table table =
          new Table(
              terminal.messages().text("objects.name"),
              terminal.messages().text("objects.owner"),
              terminal.messages().text("objects.commits"),
              terminal.messages().text("objects.last"),
              terminal.messages().text("objects.id"));
      for (JsonNode object : objects) {
        table.row(
            object.path("name").asText(),
            object.path("owner").asText("-"),
            object.path("commits").asText(),
            object.path("lastCommit").asText(),
            object.path("id").asText());
      }
      return table;
    }
  }

  /** What is said to one object. */
  private abstract static class OfOne implements Callable<Integer> {
    final Terminal terminal;

    @Mixin GatewayDesk desk = new GatewayDesk();

    @Parameters(index = "0", paramLabel = "NAMESPACE", descriptionKey = "objects.NAMESPACE")
    private String namespace = "";

    @Parameters(index = "1", paramLabel = "NAME", descriptionKey = "objects.NAME")
    private String name = "";

    OfOne(Terminal terminal) {
      this.terminal = terminal;
    }

    JsonNode ask(String method, String suffix) {
      String path = GatewayDesk.encoded(namespace) + "/" + GatewayDesk.encoded(name);
      return desk.ask(terminal, method, OBJECTS + path + suffix);
    }

    /**
     * Changes it, and says what became of that.
     *
     * @param verb names the message
     */
    int change(String method, String suffix, String verb) {
      JsonNode answer = ask(method, suffix);
      boolean done = answer.path("done").asBoolean();
      if (desk.json()) {
        terminal.out().println(answer);
      } else {
        terminal.info("objects." + (done ? "done." : "nothing.") + verb, name);
      }
      return done ? 0 : ExitCode.FAILED.number();
    }
  }

  /** {@code weft objects inspect}. */
  @Command(name = "inspect", mixinStandardHelpOptions = true)
  static final class Inspect extends OfOne {
    Inspect(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      JsonNode answer = ask("GET", "");
      terminal.out().println(desk.json() ? answer.toString() : answer.toPrettyString());
      return 0;
    }
  }

  /** {@code weft objects evict}. */
  @Command(name = "evict", mixinStandardHelpOptions = true)
  static final class Evict extends OfOne {
    Evict(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return change("POST", "/evict", "evict");
    }
  }

  /** {@code weft objects reset}. */
  @Command(name = "reset", mixinStandardHelpOptions = true)
  static final class Reset extends OfOne {
    Reset(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return change("POST", "/reset", "reset");
    }
  }

  /** {@code weft objects delete}. */
  @Command(name = "delete", mixinStandardHelpOptions = true)
  static final class Delete extends OfOne {
    Delete(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return change("DELETE", "", "delete");
    }
  }
}

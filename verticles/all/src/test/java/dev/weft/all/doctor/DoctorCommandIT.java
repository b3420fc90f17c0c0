package dev.weft.all.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.command.CommandLines;
import dev.weft.all.dev.LocalWeft;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import dev.weft.mesh.FreePorts;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.LoadedConfig;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doctor and status, against a Weft that runs and after it has lost its database. */
class DoctorCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DatabaseUrl database = TestDatabases.create();
  private int exitCode;

  @Test
  void aWeftThatRunsIsWellAndOneWithoutItsDatabaseIsNot(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("weft.yaml"),
            """
            data: %s
            database: {url: "%s"}
            gateway: {port: %d}
            management: {port: 0}
            """
                .formatted(folder.resolve("data"), database.uri(), FreePorts.find(1).getFirst()));
    LoadedConfig config = Settings.loader(Service.onClassPath()).file(file, true).load();
    try (LocalWeft weft = LocalWeft.start(config)) {
      assertThat(weft.awaitReady(Duration.ofSeconds(30))).isTrue();

      // Some of it still begins, and on a busy machine a look may be late: the next one counts.
      Eventually.holds(
          PATIENCE,
          () -> {
            JsonNode seen = json(file);
            return exitCode == 0 && seen.path("well").size() == 16;
          });

      Eventually.holds(
          PATIENCE, () -> command("status", file).contains("Weft is up") && exitCode == 0);
      assertThat(command("status", file))
          .contains("CALLS", "embeddings", "database")
          .containsPattern("gateway +up +1 ");
      assertThat(Json.mapper().readTree(command("status", file, "--json")).path("nodes"))
          .hasSize(1);

      TestDatabases.drop(database);

      assertThat(doctor(file)).contains("✗ database:", "createdb ", "✓ well: configuration, java");
      assertThat(exitCode).isEqualTo(6);
    }
    assertThat(command("status", file)).contains("cannot be reached");
    assertThat(exitCode).isEqualTo(4);
    JsonNode stopped = json(file);
    assertThat(stopped.path("findings").findValuesAsText("code"))
        .containsExactly("database.missing");
    assertThat(stopped.path("notChecked").findValuesAsText("check")).contains("key", "cluster");
  }

  private JsonNode json(Path file) {
    try {
      return Json.mapper().readTree(doctor(file, "--json"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String doctor(Path file, String... options) {
    return command("doctor", file, options);
  }

  private String command(String name, Path file, String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printer = new PrintStream(out, true, UTF_8);
    String[] arguments = new String[options.length + 3];
    arguments[0] = name;
    arguments[1] = "--config";
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    exitCode =
        CommandLines.create(new Terminal(printer, printer, Messages.in(Locale.ROOT), false))
            .execute(arguments);
    return out.toString(UTF_8);
  }
}

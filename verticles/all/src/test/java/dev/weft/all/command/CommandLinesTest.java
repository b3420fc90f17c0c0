package dev.weft.all.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandLinesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  static Stream<List<String>> empty() {
    return Stream.of(
        List.of("dev", "--data", ""),
        List.of("dev", "--data="),
        List.of("dev", "--data", "  "),
        List.of("dev", "--config", ""),
        List.of("dev", "--port", ""),
        List.of("dev", "--set", ""),
        List.of("dev", "--profile", ""),
        List.of("cluster", "--data", ""),
        List.of("config", "explain", "--data", ""),
        List.of("key", "list", "--data", ""),
        List.of("key", "list", "--tenant", ""),
        List.of("key", "create", "--name", ""),
        List.of("key", "revoke", ""),
        List.of("init", "--host", ""),
        List.of("init", "--authority", ""),
        List.of("certificate", "issue", ""),
        List.of("certificate", "issue", "chat", "--directory", ""),
        List.of("certificate", "show", ""));
  }

  @ParameterizedTest
  @MethodSource("empty")
  void anEmptyValueIsAMistake(List<String> arguments) {
    assertThat(run(arguments.toArray(new String[0]))).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(UTF_8)).doesNotContain("\tat ");
  }

  @Test
  void listingKeysMakesNoDatabase(@TempDir Path folder) {
    Path data = folder.resolve("data");

    assertThat(run("key", "list", "--json", "--data", data.toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("\"data\":[]");
    assertThat(run("key", "revoke", "x", "--data", data.toString())).isEqualTo(1);
    assertThat(Files.exists(data)).isFalse();
  }

  @Test
  void everyCommandIsInTheHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8))
        .contains(
            "dev ", "cluster ", "run ", "init ", "certificate ", "key ", "config ", "version ");
  }

  private int run(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Messages.in(Locale.ENGLISH),
            false);
    return CommandLines.create(terminal).execute(arguments);
  }
}

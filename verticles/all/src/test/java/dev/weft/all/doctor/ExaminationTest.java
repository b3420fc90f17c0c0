package dev.weft.all.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.doctor.Doctor.Examined;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What doctor says, in both languages: every finding and every reason not to look. */
class ExaminationTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Path SNAPSHOTS = Path.of("src/test/resources/dev/weft/all/doctor");

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyTextIsAsItWas(String language) throws Exception {
    Messages messages = Messages.in(Locale.of(language));
    String text = String.join("\n", everything().lines(terminal(messages))) + "\n";
    Path snapshot = SNAPSHOTS.resolve(language + ".txt");
    if ("write".equals(System.getProperty("weft.docs"))) {
      Files.createDirectories(SNAPSHOTS);
      Files.writeString(snapshot, text);
    }

    assertThat(text).isEqualTo(Files.readString(snapshot));
  }

  @Test
  void programsGetTheSameAsJson() throws Exception {
    JsonNode json = Json.mapper().readTree(everything().json(Messages.in(Locale.ROOT)));

    assertThat(json.path("healthy").asBoolean(true)).isFalse();
    assertThat(json.path("findings")).hasSize(Fault.values().length);
    JsonNode first = json.path("findings").get(0);
    assertThat(first.path("code").asText()).isEqualTo("config.invalid");
    assertThat(first.path("severity").asText()).isEqualTo("error");
    assertThat(first.path("where").asText()).isEqualTo("PLACE");
    assertThat(first.path("why").asText()).isNotEmpty();
    assertThat(first.path("mend").asText()).isNotEmpty();
    assertThat(json.path("well").get(0).asText()).isEqualTo("java");
  }

  @Test
  void whatOthersSaidCannotCommandTheTerminal() {
    Finding finding = Finding.of(Fault.CONFIG_INVALID, "a\u001b[2Jb\nc");
    Examination examination = new Examination(List.of(new Examined("x", List.of(finding), null)));

    assertThat(String.join("", examination.lines(terminal(Messages.in(Locale.ROOT)))))
        .contains("a?[2Jb c")
        .doesNotContain("\u001b");
  }

  @Test
  void aCheckThatHangsIsLeftBehindAndTheOthersCount() {
    CountDownLatch never = new CountDownLatch(1);
    Check hanging = check("hanging", never);
    Limits limits = new Limits(SECOND, SECOND, Duration.ofMillis(200));
    Check quick = check("quick", new CountDownLatch(0));

    try (Site site =
        new Site(Machine.here(), limits, Settings.loader(Service.onClassPath()), null, null)) {
      List<Examined> examined = new Doctor(List.of(hanging, quick)).examine(site);

      assertThat(examined.get(0).notChecked()).extracting(NotChecked::reason).isEqualTo("late");
      assertThat(examined.get(1).notChecked()).isNull();
    } finally {
      never.countDown();
    }
  }

  private static Check check(String name, CountDownLatch until) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Finding> look(Site site) throws InterruptedException {
        until.await();
        return List.of();
      }
    };
  }

  private static Examination everything() {
    List<Finding> findings =
        Stream.of(Fault.values()).map(fault -> Finding.of(fault, "PLACE", "ONE", "TWO")).toList();
    List<Examined> examined = new ArrayList<>();
    examined.add(new Examined("check", findings, null));
    Messages.in(Locale.ROOT).bundle().keySet().stream()
        .filter(key -> key.startsWith("doctor.not."))
        .map(key -> key.substring("doctor.not.".length()))
        .sorted()
        .forEach(
            reason ->
                examined.add(
                    new Examined(reason, List.of(), new NotChecked(reason, "NOTED", "TOO"))));
    examined.add(new Examined("java", List.of(), null));
    return new Examination(examined);
  }

  private static Terminal terminal(Messages messages) {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    return new Terminal(nowhere, nowhere, messages, false);
  }
}

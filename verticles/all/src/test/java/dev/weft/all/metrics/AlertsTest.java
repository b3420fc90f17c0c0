package dev.weft.all.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Every alert says how bad it is, what it is about and where to read on. */
class AlertsTest {
  private static final Pattern RECORDED = Pattern.compile("weft:[a-z_0-9:]+");

  @Test
  void eachHasASeverityASummaryAndAPageToReadOn() throws IOException {
    String guide = Files.readString(Alerting.ROOT.resolve("docs/guides/alerts.md"));
    for (JsonNode alert : Alerting.alerts()) {
      String name = alert.path("alert").asText();
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
      assertThat(alert.at("/annotations/runbook_url").asText())
          .isEqualTo("docs/guides/alerts.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(guide).as(name).contains("\n## " + name + "\n");
    }
  }

  @Test
  void eachIsFiredOnceByTheTestOfTheRules() throws IOException {
    String test = Files.readString(Alerting.RULES_TEST);

    assertThat(Alerting.alerts())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            alert -> assertThat(test).contains("alertname: " + alert.path("alert").asText()));
  }

  @Test
  void ratesThatAreUsedAreRecorded() throws IOException {
    Set<String> recorded =
        Alerting.rules().stream()
            .map(rule -> rule.path("record").asText())
            .collect(Collectors.toSet());
    Set<String> used = new TreeSet<>();
    for (String expression : Alerting.expressions()) {
      RECORDED.matcher(expression).results().forEach(found -> used.add(found.group()));
    }
    assertThat(used).isNotEmpty().isSubsetOf(recorded);
  }

  @Test
  void prometheusTakesTheRulesAndFiresThem() throws Exception {
    String promtool = System.getenv().getOrDefault("PROMTOOL", "promtool");
    Assumptions.assumeTrue(isThere(promtool), "promtool is not installed");

    for (List<String> command :
        List.of(
            List.of(promtool, "check", "rules", Alerting.RULES.toString()),
            List.of(promtool, "test", "rules", Alerting.RULES_TEST.toString()))) {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }

  private static boolean isThere(String promtool) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(promtool, "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/weft cluster}: five processes and the database in one terminal. */
@Timeout(360)
class ClusterIT {
  private static final Duration START = Duration.ofSeconds(120);

  @Test
  void aServiceThatDiedIsStartedAgainAndCtrlCLeavesNothing(@TempDir Path folder) throws Exception {
    try (WeftProcess weft =
        WeftProcess.weft(folder, Map.of(), "cluster", "--json", "--port", "0")) {
      try (Client client = Client.of(weft.firstLine(START))) {
        assertThat(client.events("What are you?")).last().isEqualTo("[DONE]");
        jvm(weft, "chat").destroyForcibly();
        weft.awaitErr(Duration.ofSeconds(10), "chat ended with 137; starting it again");
        assertThat(
                Wait.until(
                    Duration.ofSeconds(60),
                    () -> {
                      try {
                        return client.json("/health").path("status").asText().equals("up");
                      } catch (java.io.IOException | InterruptedException e) {
                        return false;
                      }
                    }))
            .isTrue();
        assertThat(client.events("And now?")).last().isEqualTo("[DONE]");
      }
      List<ProcessHandle> below = weft.descendants();
      below.add(WeftProcess.database(folder));
      assertThat(below.stream().map(ClusterIT::command))
          .as("secrets are not in arguments")
          .noneMatch(command -> command.contains("postgresql://"));

      weft.signal("INT");

      weft.awaitExit(Duration.ofSeconds(20));
      assertThat(Wait.until(Duration.ofSeconds(2), () -> WeftProcess.haveEnded(below))).isTrue();
    }
  }

  @Test
  void whenTheSupervisorIsKilledNothingStays(@TempDir Path folder) throws Exception {
    try (WeftProcess weft =
        WeftProcess.weft(folder, Map.of(), "cluster", "--json", "--port", "0")) {
      weft.firstLine(START);
      List<ProcessHandle> below = weft.descendants();
      below.add(WeftProcess.database(folder));
      assertThat(below).hasSizeGreaterThan(6);

      weft.signal("KILL");

      assertThat(Wait.until(Duration.ofSeconds(30), () -> WeftProcess.haveEnded(below)))
          .as("still there: " + below.stream().filter(ProcessHandle::isAlive).toList())
          .isTrue();
    }
  }

  private static ProcessHandle jvm(WeftProcess weft, String service) {
    return weft.descendants().stream()
        .filter(process -> command(process).contains("weft-all.jar service " + service))
        .findFirst()
        .orElseThrow();
  }

  private static String command(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }
}

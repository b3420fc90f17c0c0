package dev.weft.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.testkit.node.NotesService.Note;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a node measures of itself. */
class NodeMetricsIT {
  /** Health is looked at every ten seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void callsOfTheBusAreCountedFromZeroByEndpointAndOutcome() {
    try (TestNode node = TestNode.start(new NotesService())) {
      assertThat(value(node, calls("ok"))).isZero();
      assertThat(value(node, calls("failed"))).isZero();
      assertThat(value(node, refused("denied"))).isZero();

      add(node, node.as("acme", "ann", "notes:write"));
      add(node, node.as("acme", "ann", "notes:write"));
      assertThatThrownBy(() -> add(node, node.as("acme", "ann", "notes:read")))
          .isInstanceOf(WeftException.class);
      assertThatThrownBy(() -> add(node, node.anonymous())).isInstanceOf(WeftException.class);

      assertThat(value(node, calls("ok"))).isEqualTo(2);
      assertThat(value(node, refused("denied"))).isEqualTo(1);
      assertThat(value(node, refused("unauthenticated"))).isEqualTo(1);
      // What is shown is kept: a registry holds it weakly.
      System.gc();
      assertThat(value(node, "weft_bus_calls_active")).isZero();
      assertThat(value(node, "weft_bus_unanswered_total{reason=\"timeout\"}")).isZero();
      assertThat(value(node, "weft_disk_free_bytes")).isPositive();
      assertThat(value(node, "weft_database_connections{service=\"notes\"}")).isPositive();

      TestDatabases.drop(node.database());

      assertThatThrownBy(() -> add(node, node.as("acme", "ann", "notes:write")))
          .isInstanceOf(WeftException.class);
      assertThat(value(node, calls("failed"))).isEqualTo(1);
    }
  }

  @Test
  void aServiceThatLosesItsDatabaseIsShownDown() {
    String up = "weft_service_up{service=\"notes\"}";
    String database = "weft_check_up{check=\"database\",service=\"notes\"}";
    try (TestNode node = TestNode.start(new NotesService())) {
      Eventually.holds(PATIENCE, () -> value(node, database) == 1);
      assertThat(value(node, up)).isEqualTo(1);

      TestDatabases.drop(node.database());

      Eventually.holds(PATIENCE, () -> value(node, database) == 0 && value(node, up) == 0);
    }
  }

  @Test
  void eventLoopsAreWatched() {
    try (TestNode node = TestNode.start(new NotesService())) {
      Eventually.holds(() -> value(node, "weft_event_loop_lag_seconds_count") > 0);
    }
  }

  private static String calls(String outcome) {
    return "weft_bus_calls_seconds_count{endpoint=\"notes.add\",outcome=\"" + outcome + "\"}";
  }

  private static String refused(String reason) {
    return "weft_bus_refused_total{endpoint=\"notes.add\",reason=\"" + reason + "\"}";
  }

  private static void add(TestNode node, CallContext as) {
    node.mesh().call(NotesService.ADD, new Note("buy milk"), as).await();
  }

  /** The value of a series; -1 when it is not exported. */
  private static double value(TestNode node, String series) {
    return node.context()
        .scrapeMetrics()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(-1);
  }
}

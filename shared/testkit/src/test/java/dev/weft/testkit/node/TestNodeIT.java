package dev.weft.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.CallContext;
import dev.weft.testkit.node.NotesService.Count;
import dev.weft.testkit.node.NotesService.Note;
import org.junit.jupiter.api.Test;

class TestNodeIT {

  @Test
  void aServiceAnswersWithItsOwnEmptyDatabase() {
    for (int round = 0; round < 2; round++) {
      try (TestNode node = TestNode.start(new NotesService())) {
        assertThat(add(node, node.as("acme", "ann", "notes:write"))).isEqualTo(1);
        assertThat(add(node, node.as("acme", "bob", "notes:write"))).isEqualTo(2);
        assertThat(add(node, node.as("other", "ann", "notes:write"))).isEqualTo(1);
      }
    }
  }

  @Test
  void aRestartKeepsTheData() {
    TestNode first = TestNode.start(new NotesService());
    add(first, first.as("acme", "ann", "notes:write"));
    try (TestNode second = first.restart(new NotesService())) {
      assertThat(add(second, second.as("acme", "ann", "notes:write"))).isEqualTo(2);
    }
  }

  @Test
  void aCallerWithoutTheScopeIsRefused() {
    try (TestNode node = TestNode.start(new NotesService())) {
      assertThatThrownBy(() -> add(node, node.as("acme", "ann", "notes:read")))
          .isInstanceOfSatisfying(
              WeftException.class,
              e -> assertThat(e.error().code()).isEqualTo("mesh:scope.denied"));
      assertThatThrownBy(() -> add(node, node.anonymous()))
          .isInstanceOfSatisfying(
              WeftException.class,
              e -> assertThat(e.error().code()).isEqualTo("mesh:identity.unauthenticated"));
    }
  }

  @Test
  void theNodeTellsTheHealthOfItsServices() {
    try (TestNode node = TestNode.start(new NotesService())) {
      HealthReport report =
          node.mesh().call(HealthApi.of("notes"), Empty.INSTANCE, node.anonymous()).await();
      assertThat(report.status()).isEqualTo(HealthReport.UP);
      assertThat(report.checks()).extracting(HealthReport.Check::name).containsExactly("database");
    }
  }

  private static long add(TestNode node, CallContext as) {
    Count count = node.mesh().call(NotesService.ADD, new Note("buy milk"), as).await();
    return count.notes();
  }
}

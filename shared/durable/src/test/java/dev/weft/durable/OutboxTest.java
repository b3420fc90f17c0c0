package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.WriteSet.OutboxRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that objects add for projections. */
class OutboxTest {
  record Line(int n, String text) {}

  static final Projection<Line> LINES = Projection.of("lines", Lab.PROBES, Line.class);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private static void add(Lab.ProbeObject self, int n) {
    self.context.outbox(LINES).add(new Line(n, "x"));
  }

  /** The records of each commit that had any. */
  private List<List<String>> recorded() {
    return lab.store.batches().stream()
        .flatMap(List::stream)
        .map(Commit::writes)
        .map(writes -> writes.records().stream().map(OutboxTest::text).toList())
        .filter(records -> !records.isEmpty())
        .toList();
  }

  private static String text(OutboxRecord record) {
    return record.projection() + new String(record.record(), StandardCharsets.UTF_8);
  }

  private static String line(int n) {
    return "lines{\"n\":" + n + ",\"text\":\"x\"}";
  }

  @Test
  void recordsAreCommittedWithTheTurnInTheirOrder() {
    lab.run(
        "a",
        self -> {
          add(self, 1);
          self.storage.put("n", 1);
          add(self, 2);
          return 0;
        });
    assertThat(recorded()).containsExactly(List.of(line(1), line(2)));
    var commit =
        lab.store.batches().stream()
            .flatMap(List::stream)
            .filter(each -> !each.writes().records().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(commit.writes().entries()).hasSize(1);
  }

  @Test
  void aTurnThatAddsARecordAloneIsCommitted() {
    lab.run(
        "a",
        self -> {
          add(self, 1);
          return 0;
        });
    assertThat(recorded()).containsExactly(List.of(line(1)));
  }

  @Test
  void aTransactionThatThrowsTakesItsRecordsBackAndNoOthers() {
    lab.run(
        "a",
        self -> {
          add(self, 1);
          assertThatThrownBy(
                  () ->
                      self.storage.transaction(
                          () -> {
                            add(self, 2);
                            throw new IllegalStateException("no");
                          }))
              .hasMessage("no");
          self.storage.transaction(() -> add(self, 3));
          return 0;
        });
    assertThat(recorded()).containsExactly(List.of(line(1), line(3)));
  }

  @Test
  void deleteAllLeavesWhatWasRecorded() {
    lab.run(
        "a",
        self -> {
          add(self, 1);
          self.storage.deleteAll();
          return 0;
        });
    assertThat(recorded()).containsExactly(List.of(line(1)));
  }

  @Test
  void anAbortTakesRecordsBackThatAreNotCommitted() {
    assertThat(
            Lab.codeOf(
                lab.call(
                    "a",
                    self -> {
                      add(self, 1);
                      throw self.context.abort("no");
                    })))
        .isEqualTo("object:aborted.unavailable");
    lab.ping("a");
    assertThat(recorded()).isEmpty();
  }

  @Test
  void whatIsTooMuchIsRefusedAndLeavesTheRest() {
    lab.run(
        "a",
        self -> {
          Outbox<Line> outbox = self.context.outbox(LINES);
          String long1 = "x".repeat(Outbox.MAX_RECORD_BYTES);
          assertThat(codeOf(() -> outbox.add(new Line(0, long1))))
              .isEqualTo("object:record.too_large");
          for (int i = 0; i < Outbox.MAX_RECORDS; i++) {
            add(self, i);
          }
          assertThat(codeOf(() -> add(self, -1))).isEqualTo("object:outbox.too_large");
          self.storage.sync();
          add(self, -2);
          return 0;
        });
    assertThat(recorded()).hasSize(2);
    assertThat(recorded().getFirst()).hasSize(Outbox.MAX_RECORDS);
    assertThat(recorded().getLast()).containsExactly(line(-2));
  }

  private static String codeOf(Runnable action) {
    try {
      action.run();
      return "none";
    } catch (WeftException e) {
      return e.error().code();
    }
  }

  @Test
  void aProjectionOfAnotherNamespaceIsRefused() {
    Namespace<Lab.Probe> others = Namespace.of("other", Lab.Probe.class);
    Projection<Line> theirs = Projection.of("lines", others, Line.class);
    lab.run(
        "a",
        self -> {
          assertThatThrownBy(() -> self.context.outbox(theirs))
              .isInstanceOf(IllegalArgumentException.class);
          return 0;
        });
  }
}

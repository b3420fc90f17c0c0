package dev.weft.durable.internal.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.node.Backlog;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.WriteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An object has at most one commit on its way. */
final class CommitsTest {
  private final Commits commits = new Commits(new OutputGate(), new Backlog(1 << 20), 100, 3, 7);
  private final ObjectId id = new ObjectId("t", new byte[ObjectId.BYTES], null);

  private void write(String key) {
    WriteBuffer written = new WriteBuffer();
    written.put(Key.of(key), new byte[1]);
    commits.seal(written);
  }

  private Commit take() {
    return Objects.requireNonNull(commits.take(id, List::of));
  }

  @Test
  void whatIsWrittenWhileOneIsOnItsWayGathersBehindIt() {
    write("a");
    assertThat(take().seq()).isEqualTo(7);
    write("b");
    write("c");
    assertThat(commits.take(id, List::of)).isNull();
    commits.committed();
    Commit next = take();
    assertThat(next.seq()).isEqualTo(8);
    assertThat(next.writes().entries()).containsOnlyKeys(Key.of("b"), Key.of("c"));
  }

  @Test
  void givingTheObjectUpWaitsForTheOneOnItsWayToo() {
    write("a");
    assertThat(take().writes().release()).isFalse();
    assertThat(commits.requestRelease()).isTrue();
    assertThat(commits.take(id, List::of)).isNull();
    assertThat(commits.committed()).isFalse();
    assertThat(take().writes().release()).isTrue();
    assertThat(commits.take(id, List::of)).isNull();
    assertThat(commits.committed()).isTrue();
  }
}

package dev.weft.durable.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.ProcessTag;
import dev.weft.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A supervisor declares the owners of a process that ended dead. */
class ProcessTagIT {

  @Test
  void theNodesOfAProcessThatEndedAreDead() throws Exception {
    try (StoreBed bed = new StoreBed()) {
      String tag = ProcessTag.of(ProcessHandle.current());
      Duration ttl = Duration.ofMinutes(1);
      bed.store.register("ended", "node-1", tag, ttl).await();
      bed.store.register("other", "node-2", tag + "0", ttl).await();
      try (Connection connection = connect(bed.url)) {
        assertThat(ProcessTag.hasEnded(connection, tag)).isEqualTo(1);
        assertThat(ProcessTag.hasEnded(connection, tag)).isZero();
      }
      assertThat(bed.store.renew("ended", ttl).await()).isFalse();
      assertThat(bed.store.renew("other", ttl).await()).isTrue();
    }
  }

  @Test
  void whereThereAreNoObjectsNothingIsDone() throws Exception {
    try (StoreBed bed = new StoreBed();
        Connection connection = connect(bed.url.withDatabase("template1"))) {
      assertThat(ProcessTag.hasEnded(connection, "1@2")).isZero();
    }
  }

  private static Connection connect(DatabaseUrl url) throws Exception {
    return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
  }
}

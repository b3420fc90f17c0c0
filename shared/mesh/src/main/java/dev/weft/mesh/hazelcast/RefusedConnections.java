package dev.weft.mesh.hazelcast;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of connections that were refused: one line a kind and minute, with how many. Thread-safe.
 */
final class RefusedConnections {
  private static final Logger log = LoggerFactory.getLogger(RefusedConnections.class);
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Map<Kind, Told> told = new EnumMap<>(Kind.class);

  RefusedConnections(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Why a connection was refused. */
  enum Kind {
    NO_MEMBER("it has no certificate of this cluster's authority"),
    SILENT("it said nothing, or too slowly"),
    OTHER("it does not speak as members do");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    static Kind of(IOException failure) {
      return switch (failure) {
        case SSLException _ -> NO_MEMBER;
        case SocketTimeoutException _, ClosedChannelException _ -> SILENT;
        case EOFException _ -> OTHER;
        default -> OTHER;
      };
    }
  }

  private record Told(long atNanos, long since) {}

  /** Counts a refusal and tells of it unless one of its kind was told of within the minute. */
  void add(String from, IOException failure) {
    Kind kind = Kind.of(failure);
    Long count = due(kind);
    if (count != null) {
      log.atWarn()
          .addKeyValue("from", from)
          .addKeyValue("count", count)
          .addKeyValue("reason", failure.getMessage())
          .log("refused a connection to the membership port: {}", kind.words);
    }
  }

  /** How many there were since the last line, when a line is due. */
  private synchronized @Nullable Long due(Kind kind) {
    long now = nanoTime.getAsLong();
    Told last = told.get(kind);
    if (last != null && now - last.atNanos < INTERVAL_NANOS) {
      told.put(kind, new Told(last.atNanos, last.since + 1));
      return null;
    }
    told.put(kind, new Told(now, 0));
    return last == null ? 1 : last.since + 1;
  }
}

package dev.weft.mesh.hazelcast;

import dev.weft.mesh.trust.Tally;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of connections that were refused: one line a kind and minute, with how many. Thread-safe.
 */
final class RefusedConnections {
  private static final Logger log = LoggerFactory.getLogger(RefusedConnections.class);

  private final Tally<Kind> tally;

  RefusedConnections(LongSupplier nanoTime) {
    this.tally = new Tally<>(Kind.class, nanoTime);
  }

  /** Why a connection was refused. */
  enum Kind {
    NO_MEMBER("it has no certificate of a member"),
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

  /** Counts a refusal and tells of it unless one of its kind was told of within the minute. */
  void add(String from, IOException failure) {
    Kind kind = Kind.of(failure);
    long count = tally.add(kind);
    if (count > 0) {
      log.atWarn()
          .addKeyValue("from", from)
          .addKeyValue("count", count)
          .addKeyValue("reason", failure.getMessage())
          .log("refused a connection to the membership port: {}", kind.words);
    }
  }
}

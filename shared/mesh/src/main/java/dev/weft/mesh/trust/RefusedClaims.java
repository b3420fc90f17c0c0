package dev.weft.mesh.trust;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what members say that is not theirs to say, and tells of it: one line a kind and minute.
 * Thread-safe.
 */
public final class RefusedClaims {
  private static final Logger log = LoggerFactory.getLogger(RefusedClaims.class);

  /** Who refused messages say they are of can be anything. */
  private static final int MAX_SHOWN = 200;

  private final Tally<Kind> tally = new Tally<>(Kind.class, System::nanoTime);

  /** Why something does not count. */
  public enum Kind {
    STRANGER("its sender has shown no record"),
    RECORD("its sender's record is not one of a member"),
    ADDRESS("its sender's record names an address that is another's"),
    TAG("it is not of the node that it names as its sender"),
    REPLAY("it has come before, or long after its time"),
    NODE("its sender says that it is another node than its record says"),
    SERVICE("its sender serves what its certificate does not name"),
    SERVER("a node's address was answered with another certificate than the node's");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /**
   * Counts one.
   *
   * @param from who it says it is of
   * @param reason what is wrong with it in particular; null for nothing
   */
  public void add(Kind kind, String from, @Nullable String reason) {
    long count = tally.add(kind);
    if (count > 0) {
      log.atWarn()
          .addKeyValue("from", shown(from))
          .addKeyValue("count", count)
          .addKeyValue("reason", reason == null ? null : shown(reason))
          .log("ignored what another member said: {}", kind.words);
    }
  }

  private static String shown(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  /** How many of the kind there were. */
  public long count(Kind kind) {
    return tally.of(kind);
  }
}

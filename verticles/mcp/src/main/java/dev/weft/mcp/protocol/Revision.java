package dev.weft.mcp.protocol;

import java.util.List;

/** Revisions of the protocol with a handshake and sessions. */
public final class Revision {
  public static final String LATEST = "2025-11-25";

  /** What a client that does not say speaks. */
  public static final String ASSUMED = "2025-03-26";

  /** All that are spoken here, the newest first. */
  public static final List<String> SUPPORTED = List.of(LATEST, "2025-06-18", ASSUMED);

  /** The revision to speak with a client that asked for this one. */
  public static String negotiate(String asked) {
    return SUPPORTED.contains(asked) ? asked : LATEST;
  }

  /** Whether several messages may come in one list. */
  public static boolean hasBatches(String revision) {
    return revision.equals(ASSUMED);
  }

  private Revision() {}
}

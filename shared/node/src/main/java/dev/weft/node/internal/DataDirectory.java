package dev.weft.node.internal;

import dev.weft.node.ExitCode;
import dev.weft.node.OwnerOnly;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a node keeps files, if it keeps any: made when first needed, so that a process which keeps
 * nothing runs where nothing can be written.
 *
 * @param path absolute
 * @param origin where the setting comes from
 */
record DataDirectory(Path path, String origin) {
  static DataDirectory of(Config config) {
    return new DataDirectory(
        Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize(),
        config.origin(NodeKeys.DATA));
  }

  /** Bytes that can still be written where it lies or would lie. */
  long room() {
    Path at = path;
    while (at.getParent() != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at.toFile().getUsableSpace();
  }

  /**
   * The directory, made if there is none, and its owner's alone.
   *
   * @throws StartFailure {@link ExitCode#CONFIG_INVALID} when it cannot be written to
   */
  Path writable() {
    IOException cause = null;
    try {
      OwnerOnly.directory(path);
      if (Files.isWritable(path)) {
        return path;
      }
    } catch (IOException e) {
      cause = e;
    }
    throw new StartFailure(
        ExitCode.CONFIG_INVALID,
        "The data directory "
            + path
            + " ("
            + origin
            + ") cannot be written to. Choose another with --data DIR or WEFT_DATA=DIR. A process"
            + " keeps no files when DATABASE_URL, WEFT_MASTER_KEY and cluster.tlsDirectory are set,"
            + " unless it serves rag.",
        cause);
  }
}

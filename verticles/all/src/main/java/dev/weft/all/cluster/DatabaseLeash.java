package dev.weft.all.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Stops an embedded database whose supervisor was killed: a shell that reads from a pipe until the
 * other end, in this process, is gone, and then asks the server to stop. When the server was
 * stopped before, its file is gone and the shell does nothing.
 */
public final class DatabaseLeash implements AutoCloseable {
  private static final String SCRIPT =
      "trap '' INT TERM HUP; cat > /dev/null; pid=$(head -n 1 \"$1\" 2> /dev/null) || exit 0; "
          + "kill -INT \"$pid\"";

  private final OutputStream pipe;

  private DatabaseLeash(OutputStream pipe) {
    this.pipe = pipe;
  }

  /**
   * Ties the server of a data directory to this process.
   *
   * @param dataDirectory Weft's, with a running embedded database
   */
  public static DatabaseLeash tie(Path dataDirectory) throws IOException {
    Path server = dataDirectory.resolve("postgres").resolve("db").resolve("postmaster.pid");
    Process shell =
        new ProcessBuilder(List.of("/bin/sh", "-c", SCRIPT, "sh", server.toString()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new DatabaseLeash(shell.getOutputStream());
  }

  /** Ends the shell; call it when the server has stopped. */
  @Override
  public void close() throws IOException {
    pipe.close();
  }
}

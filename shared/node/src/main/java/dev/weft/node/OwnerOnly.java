package dev.weft.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is written in data directories to the user who runs the process. Does nothing where
 * files have no owners of that kind. Thread-safe; blocks.
 */
public final class OwnerOnly {
  private static final Logger log = LoggerFactory.getLogger(OwnerOnly.class);
  private static final int OTHERS = 077;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String UMASK = "Umask:";

  private static boolean wanted;

  /**
   * From the first {@link #directory} on what this process makes, and what the processes make that
   * it starts, is for its user alone, whichever library makes it: files 0600, directories 0700. For
   * main programs: it holds for the whole process (umask).
   */
  public static synchronized void inThisProcess() {
    wanted = true;
  }

  /** Java has no call for it, and the way to C takes a fifth of a second of a processor. */
  @SuppressWarnings("restricted") // the jars' manifests enable native access
  private static synchronized void setUmask() {
    if (!wanted) {
      return;
    }
    wanted = false;
    if (isSet()) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> umask = linker.defaultLookup().find("umask");
    if (umask.isEmpty()) {
      return;
    }
    MethodHandle call =
        linker.downcallHandle(
            umask.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int ignored = (int) call.invokeExact(OTHERS);
    } catch (Throwable e) {
      throw new IllegalStateException("umask", e);
    }
  }

  /** Whether whoever started the process has set it, as {@code scripts/weft} does; on Linux. */
  private static boolean isSet() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(UMASK))
          .anyMatch(
              line ->
                  (Integer.parseInt(line.substring(UMASK.length()).strip(), 8) & OTHERS) == OTHERS);
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return false;
    }
  }

  /**
   * Makes a directory if there is none, and makes it its owner's alone if it is not: then whatever
   * lies below cannot be reached by others. One that belongs to another user stays as it is.
   *
   * @return the directory
   */
  public static Path directory(Path directory) throws IOException {
    setUmask();
    Files.createDirectories(directory);
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (view != null) {
      var mine = PosixFilePermissions.fromString("rwx------");
      try {
        if (!view.readAttributes().permissions().equals(mine)) {
          view.setPermissions(mine);
        }
      } catch (IOException e) {
        log.atDebug().addKeyValue("directory", directory).setCause(e).log("Not its owner");
      }
    }
    return directory;
  }

  private OwnerOnly() {}
}

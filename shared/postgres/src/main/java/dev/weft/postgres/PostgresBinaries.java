package dev.weft.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs that come inside the jar, unpacked once per user and version.
 *
 * @param home holds {@code bin/postgres}
 */
record PostgresBinaries(Path home) {

  private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

  /** Unpacks unless that was done before. Safe when several processes do it at once. */
  static PostgresBinaries unpacked(Path fallbackDirectory) {
    String resource = resource();
    String folder = "postgres-" + version() + "-" + platform();
    Path home = cacheDirectory(fallbackDirectory).resolve(folder);
    if (Files.isDirectory(home)) {
      return new PostgresBinaries(home);
    }
    long start = System.nanoTime();
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new DatabaseFailure(
            DatabaseFailure.Kind.UNUSABLE,
            "This build has no embedded PostgreSQL for "
                + platform()
                + ". Set DATABASE_URL to a PostgreSQL server, or build on this platform.");
      }
      Path unfinished = Files.createTempDirectory(home.getParent(), folder + ".");
      unpack(in, unfinished);
      finish(unfinished, home);
    } catch (IOException e) {
      throw new DatabaseFailure(
          DatabaseFailure.Kind.UNUSABLE,
          "The embedded PostgreSQL could not be unpacked to "
              + home
              + ": "
              + e.getMessage()
              + ". Free some space there, or set DATABASE_URL.",
          e);
    }
    log.atInfo()
        .addKeyValue("directory", home)
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("Unpacked PostgreSQL");
    return new PostgresBinaries(home);
  }

  /**
   * A process of one of the programs. PostgreSQL refuses to run as root, so root runs it in a user
   * namespace of its own, where it is nobody.
   */
  ProcessBuilder command(String program, List<String> arguments) {
    List<String> line = new ArrayList<>();
    if (isRoot()) {
      line.add("unshare");
      line.add("-U");
    }
    String suffix = platform().startsWith("windows") ? ".exe" : "";
    line.add(home.resolve("bin").resolve(program + suffix).toString());
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("LC_ALL", "C");
    return builder;
  }

  /** The version that this build brings. */
  static String version() {
    return Build.VERSION;
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name")) && !platform().startsWith("windows");
  }

  private static Path cacheDirectory(Path fallback) {
    String xdg = System.getenv("XDG_CACHE_HOME");
    String home = System.getProperty("user.home", "");
    Path preferred =
        xdg != null && !xdg.isBlank()
            ? Path.of(xdg, "weft")
            : Path.of(home.isBlank() ? "." : home, ".cache", "weft");
    for (Path candidate : List.of(preferred, fallback)) {
      try {
        Files.createDirectories(candidate);
        if (candidate.isAbsolute() && Files.isWritable(candidate)) {
          return candidate;
        }
      } catch (IOException e) {
        log.debug("No cache in {}", candidate, e);
      }
    }
    return fallback;
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive names a path outside: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
          continue;
        }
        try (var out = Files.newOutputStream(path)) {
          for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
            out.write(buffer, 0, read);
          }
        }
        if ((entry.getMode() & 0100) != 0 || entry.getName().contains("bin/")) {
          path.toFile().setExecutable(true, false);
        }
      }
    }
  }

  private static void finish(Path unfinished, Path home) throws IOException {
    try {
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      // Another process was faster: a directory with files in it is not replaced.
      if (!Files.isDirectory(home)) {
        throw e;
      }
      Trees.delete(unfinished);
    }
  }

  private static String resource() {
    return switch (platform()) {
      case "linux-amd64" -> "postgres-linux-x86_64.txz";
      case "linux-arm64" -> "postgres-linux-arm_64.txz";
      case "darwin-amd64" -> "postgres-darwin-x86_64.txz";
      case "darwin-arm64" -> "postgres-darwin-arm_64.txz";
      default -> "postgres-windows-x86_64.txz";
    };
  }

  private static String platform() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String system =
        name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "windows" : "linux";
    return system + (System.getProperty("os.arch", "").equals("aarch64") ? "-arm64" : "-amd64");
  }

  /** What the build knows of the programs; read on first use. */
  private static final class Build {
    static final String VERSION = read();

    private static String read() {
      Properties properties = new Properties();
      try (InputStream in = PostgresBinaries.class.getResourceAsStream("build.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return properties.getProperty("postgres.version");
    }
  }
}

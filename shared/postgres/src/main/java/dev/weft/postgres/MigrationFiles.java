package dev.weft.postgres;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The migrations of one schema as they lie beside the service's classes.
 *
 * @param schema the schema they are for
 * @param newest the highest version among them
 * @param fingerprint changes when a file is added, removed or changed; empty when there are none
 */
record MigrationFiles(String schema, String fingerprint, int newest) {
  private static final Pattern VERSION = Pattern.compile("V([0-9]{1,9})__.*");

  /**
   * Looks at the jar or directory that a class comes from. A jar's directory already holds the
   * checksums, so this costs next to nothing.
   */
  static MigrationFiles of(String schema, Class<?> owner) {
    String folder = location(schema) + "/";
    Map<String, Long> checksums = new TreeMap<>();
    try {
      Path source = Path.of(owner.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(source)) {
        Path directory = source.resolve(folder);
        if (Files.isDirectory(directory)) {
          try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
              CRC32 crc = new CRC32();
              crc.update(Files.readAllBytes(file));
              checksums.put(file.getFileName().toString(), crc.getValue());
            }
          }
        }
      } else {
        try (JarFile jar = new JarFile(source.toFile())) {
          jar.stream()
              .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(folder))
              .forEach(
                  entry ->
                      checksums.put(entry.getName().substring(folder.length()), entry.getCrc()));
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot list the migrations of " + schema, e);
    }
    int newest = 0;
    for (String file : checksums.keySet()) {
      Matcher version = VERSION.matcher(file);
      if (version.matches()) {
        newest = Math.max(newest, Integer.parseInt(version.group(1)));
      }
    }
    return new MigrationFiles(schema, checksums.isEmpty() ? "" : digest(checksums), newest);
  }

  /**
   * Refuses to work on tables of a newer program.
   *
   * @param found the version they have
   */
  void requireKnown(int found, DatabaseUrl url) {
    if (found > newest) {
      throw new DatabaseFailure(
          DatabaseFailure.Kind.NEWER,
          "The schema '"
              + schema
              + "' at "
              + url
              + " has version "
              + found
              + ", made by a newer Weft; this program knows up to version "
              + newest
              + ". Start the newer program again, or restore the backup from before the upgrade.");
    }
  }

  /** Their folder on the class path. */
  static String location(String schema) {
    return "db/migration/" + schema;
  }

  private static String digest(Map<String, Long> checksums) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      checksums.forEach(
          (name, crc) -> sha.update((name + "=" + crc + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

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
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The migrations of one schema as they lie beside the service's classes.
 *
 * @param schema the schema they are for
 * @param fingerprint changes when a file is added, removed or changed; empty when there are none
 */
record MigrationFiles(String schema, String fingerprint) {

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
    return new MigrationFiles(schema, checksums.isEmpty() ? "" : digest(checksums));
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

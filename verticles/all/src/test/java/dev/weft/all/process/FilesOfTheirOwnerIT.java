package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody but who runs Weft can read what it keeps, whichever library wrote it. */
@Timeout(240)
class FilesOfTheirOwnerIT {
  private static final Duration START = Duration.ofSeconds(120);

  @ParameterizedTest
  @ValueSource(strings = {"dev", "cluster"})
  void noFileOfTheDataFolderIsForOthers(String command, @TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    try (WeftProcess weft = WeftProcess.weft(folder, Map.of(), command, "--json", "--port", "0");
        Client client = Client.of(weft.firstLine(START))) {
      client.post("/v1/rag/collections", "{\"name\": \"notes\"}");
      assertThat(
              client
                  .post(
                      "/v1/rag/collections/notes/documents",
                      "{\"id\": \"a\", \"text\": \"Whales sleep upright.\"}")
                  .statusCode())
          .isEqualTo(200);
      assertThat(client.events("What are you?")).last().isEqualTo("[DONE]");
      if (command.equals("cluster")) {
        certificates(data, client);
      }
      assertThat(open(data)).isEmpty();
      assertThat(all(data)).anyMatch(path -> path.toString().endsWith(".cfs") || isIndex(path));
    }
    // What is written while it stops, too.
    assertThat(open(data)).isEmpty();
  }

  /** Each process has its own, which says when it ends; the authority is apart from them. */
  private static void certificates(Path data, Client client) throws Exception {
    assertThat(mode(data.resolve("authority/ca.key"))).isEqualTo("r--------");
    for (JsonNode service : client.json("/health").path("services")) {
      String name = service.path("service").asText();
      assertThat(data.resolve("tls/" + name + "/node.key")).exists();
      if (!name.equals("gateway")) {
        assertThat(service.toString()).contains("\"certificate\"", "ends 20");
      }
    }
    assertThat(client.get("/metrics").body())
        .contains("weft_certificate_expires_timestamp_seconds");
  }

  private static boolean isIndex(Path path) {
    return path.getFileName().toString().startsWith("segments");
  }

  private static List<String> open(Path data) throws IOException {
    List<String> open = new ArrayList<>();
    for (Path path : all(data)) {
      try {
        if (!mode(path).endsWith("------")) {
          open.add(mode(path) + " " + data.relativize(path));
        }
      } catch (NoSuchFileException e) {
        // Gone since it was listed.
      }
    }
    return open;
  }

  private static List<Path> all(Path data) throws IOException {
    try (Stream<Path> paths = Files.walk(data)) {
      return paths.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }
}

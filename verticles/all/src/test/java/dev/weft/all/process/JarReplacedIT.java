package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployment by copying over the jar that a process runs from. */
@Timeout(240)
class JarReplacedIT {
  private static final Duration START = Duration.ofSeconds(90);

  @Test
  void aProcessWhoseJarWasOverwrittenStopsInOrder(@TempDir Path folder) throws Exception {
    Path jar = folder.resolve("weft.jar");
    Files.copy(WeftProcess.jarOf("all"), jar);
    try (WeftProcess weft =
        WeftProcess.jar(folder, Map.of(), jar, "dev", "--json", "--port", "0")) {
      JsonNode ready = Client.JSON.readTree(weft.firstLine(START));
      use(ready);
      ProcessHandle database = WeftProcess.database(folder);
      // Another jar of the same length, as the file system sees it: nothing is where it was.
      overwrite(jar);

      weft.signal("TERM");

      assertThat(weft.awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
      assertThat(weft.err())
          .doesNotContain("NoClassDefFoundError")
          .doesNotContain("ClassNotFoundException")
          .doesNotContain("Did not stop cleanly");
      assertThat(Wait.until(Duration.ofSeconds(5), () -> WeftProcess.haveEnded(List.of(database))))
          .isTrue();
    }
  }

  /** So that there is something to end. */
  private static void use(JsonNode ready) throws Exception {
    try (Client client = new Client(ready.path("url").asText(), ready.path("key").asText())) {
      assertThat(client.events("What are you?")).last().isEqualTo("[DONE]");
    }
  }

  /** In place: the process has this very file open. */
  private static void overwrite(Path jar) throws IOException {
    byte[] other = new byte[1 << 20];
    long left = Files.size(jar);
    try (OutputStream out = Files.newOutputStream(jar, StandardOpenOption.WRITE)) {
      for (; left > 0; left -= other.length) {
        out.write(other, 0, (int) Math.min(left, other.length));
      }
    }
  }

  @Test
  void whatIsLoadedAheadIsThere() throws Exception {
    ClassLoader loader = getClass().getClassLoader();
    List<URL> lists = Collections.list(loader.getResources("META-INF/weft/stop-classes"));
    assertThat(lists).hasSizeGreaterThan(1);
    for (URL list : lists) {
      try (InputStream lines = list.openStream()) {
        for (String name :
            new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList()) {
          assertThat(Class.forName(name, false, loader)).isNotNull();
        }
      }
    }
  }
}

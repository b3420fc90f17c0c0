package dev.weft.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeProcessIT {

  private static final int LIMIT_SECONDS = 90;
  private static final String URL = "postgresql://weft:hunter2@127.0.0.1:1/weft";

  private final Path directory;
  private @Nullable Process process;

  NodeProcessIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aTerminatedNodeStopsItsDatabaseAndLeavesNothing() throws Exception {
    Process node = start(Map.of(), NodeProcess.ALONE, directory.toString());
    assertThat(node.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    ProcessHandle server = server();
    node.destroy();
    assertThat(node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isEqualTo(143);
    assertThat(pidFile()).doesNotExist();
    // What is left of it is for the system to collect, which may take a moment.
    assertThat(server.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aNodeTerminatedWhileItStartsLeavesNothingEither() throws Exception {
    Process node = start(Map.of(), NodeProcess.ALONE, directory.toString());
    Path pidFile = pidFile();
    while (!Files.exists(pidFile) && node.isAlive()) {
      LockSupport.parkNanos(1_000_000);
    }
    node.destroy();
    assertThat(node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void argumentsNobodyUnderstandsEndWithTwo() throws Exception {
    assertThat(failure(2, Map.of(), "--colour")).contains("Unknown option --colour.");
    assertThat(failure(2, Map.of(), "-colour")).contains("Unknown option -colour.");
    assertThat(failure(2, Map.of(), "walk")).contains("Unknown argument walk.");
    assertThat(failure(2, Map.of(), "--set", "chat.port")).contains("KEY=VALUE");
  }

  @Test
  void theOptionsOfVertxAreUnderstoodWithAndWithoutRun() throws Exception {
    Path file = Files.writeString(directory.resolve("my.yaml"), "prot: 1\n");
    assertThat(failure(3, Map.of(), "-cluster", "-conf", file.toString()))
        .contains("my.yaml:1: prot is not a setting.");
    assertThat(failure(3, Map.of(), "run", "-cluster", "-instances", "2"))
        .contains("DATABASE_URL is not set");
    assertThat(failure(2, Map.of(), "run", "run")).contains("Unknown argument run.");
  }

  @Test
  void anImpossibleNumberOfInstancesEndsWithTwo() throws Exception {
    for (String number : List.of("0", "-1", "many", "1001", "99999999999")) {
      assertThat(failure(2, Map.of(), "-instances", number))
          .contains("-instances needs a number from 1 to 1000.");
    }
  }

  @Test
  void aMissingFileThatWasAskedForEndsWithThree() throws Exception {
    assertThat(failure(3, Map.of(), "-conf", "missing.yaml"))
        .contains("missing.yaml: there is no such file");
  }

  @Test
  void aWrongSettingEndsWithThreeAndNamesFileAndLine() throws Exception {
    Path file = Files.writeString(directory.resolve("my.yaml"), "management:\n  prot: 1\n");
    assertThat(failure(3, Map.of(), "--config", file.toString()))
        .contains("my.yaml:2: management.prot is not a setting. Did you mean management.port?");
    assertThat(failure(3, Map.of("DATABASE_URL", "mysql://weft:hunter2@db/weft")))
        .contains("DATABASE_URL: database.url must be a PostgreSQL URL")
        .doesNotContain("hunter2");
  }

  @Test
  void aClusterWithoutDatabaseUrlEndsWithThree() throws Exception {
    assertThat(failure(3, Map.of()))
        .contains("DATABASE_URL is not set")
        .doesNotContain("\tat ")
        .as("the main program has set a filter")
        .containsPattern("read by serialisation: .*;!\\*");
  }

  @Test
  void prodWithoutMasterKeyEndsWithThreeAndSaysHowToMakeOne() throws Exception {
    assertThat(failure(3, Map.of("DATABASE_URL", URL), "--profile", "prod"))
        .contains("WEFT_MASTER_KEY is not set")
        .contains("openssl rand -base64 32");
  }

  @Test
  void anOutsideAddressWithoutCertificatesEndsWithThree() throws Exception {
    assertThat(failure(3, Map.of("DATABASE_URL", URL), "--set", "cluster.host=192.0.2.1"))
        .contains("There is no certificate", "certificate issue chat");
    assertThat(directory.resolve("data/tls")).doesNotExist();
  }

  @Test
  void aCertificateThatDoesNotNameTheServiceEndsWithThree() throws Exception {
    Path tls = directory.resolve("tls");
    new TlsAuthority(directory.resolve("authority"))
        .issue(new NodeCertificate(tls), List.of("rag", "shop"), List.of());
    assertThat(failure(3, Map.of("DATABASE_URL", URL), "--set", "cluster.tlsDirectory=" + tls))
        .contains(tls.toString(), "[rag, shop] and not chat", "certificate issue chat")
        .doesNotContain("\tat ");
  }

  /** One that was copied from where the authority is: it must not become another authority's. */
  @Test
  void aCertificateWithoutAnAuthorityIsNotReplaced() throws Exception {
    NodeCertificate copied = new NodeCertificate(directory.resolve("data/tls/chat"));
    new TlsAuthority(directory.resolve("elsewhere")).issue(copied, List.of("rag"), List.of());
    var before = copied.read();
    assertThat(failure(3, Map.of("DATABASE_URL", URL))).contains("[rag] and not chat");
    assertThat(copied.read()).isEqualTo(before);
    assertThat(directory.resolve("data/authority")).doesNotExist();
  }

  /** In the dev profile it would have made one. */
  @Test
  void inTheProdProfileNoProcessOpensTheAuthority() throws Exception {
    TlsAuthority authority = TlsAuthority.ofData(directory.resolve("data"));
    authority.ensure();
    Map<String, String> environment =
        Map.of("DATABASE_URL", URL, "WEFT_MASTER_KEY", "0".repeat(64));
    assertThat(failure(3, environment, "--profile", "prod"))
        .contains("There is no certificate", "certificate issue chat");
    assertThat(directory.resolve("data/tls")).doesNotExist();
  }

  private String failure(int exitCode, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", directory.resolve("data").toString()));
    Process node = start(environment, all.toArray(String[]::new));
    String text = new String(node.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(text).isEqualTo(exitCode);
    return text;
  }

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("WEFT_"));
    builder.environment().remove("DATABASE_URL");
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    return started;
  }

  private ProcessHandle server() throws IOException {
    long pid = Long.parseLong(Files.readAllLines(pidFile()).getFirst());
    return ProcessHandle.of(pid).orElseThrow();
  }

  private Path pidFile() {
    return directory.resolve("postgres/db/postmaster.pid");
  }
}

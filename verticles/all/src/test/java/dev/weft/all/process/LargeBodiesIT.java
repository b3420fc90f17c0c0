package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Far more bytes of requests at once than fit in memory: no process ends, and health is told
 * meanwhile. By hand, on a machine with nothing else to do, {@code -Dweft.bodies=200}: health is
 * then told within a second.
 */
@Timeout(300)
class LargeBodiesIT {
  private static final int BODIES = Integer.getInteger("weft.bodies", 64);
  private static final int BODY_BYTES = 32 << 20;
  private static final int KEYS = 8;
  private static final Duration HEALTH = Duration.ofSeconds(BODIES < 200 ? 10 : 1);
  private static final Duration START = Duration.ofSeconds(90);
  private static final String HEAP = "-Xmx512m";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer upstream = upstream();
  private final byte[] body = body();

  /** A provider that reads what it is sent, keeps nothing, and answers. */
  private HttpServer upstream() {
    String answer =
        "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\"read\"}}]}";
    String models = "{\"data\":[{\"id\":\"large\"}]}";
    return vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              request.handler(bytes -> {});
              request.endHandler(
                  end -> request.response().end(request.path().contains("chat") ? answer : models));
            })
        .listen(0, "127.0.0.1")
        .await();
  }

  private static byte[] body() {
    byte[] body = new byte[BODY_BYTES];
    Arrays.fill(body, (byte) 'x');
    byte[] start =
        "{\"model\":\"large\",\"messages\":[{\"role\":\"user\",\"content\":\""
            .getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\"}]}".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, body, 0, start.length);
    System.arraycopy(end, 0, body, body.length - end.length, end.length);
    return body;
  }

  private String provider() {
    return "http://127.0.0.1:" + upstream.actualPort() + "/v1";
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void oneProcessBearsThem(@TempDir Path folder) throws Exception {
    Map<String, String> environment = Map.of("WEFT_JAVA_OPTS", HEAP, "OPENAI_BASE_URL", provider());
    try (WeftProcess weft = WeftProcess.weft(folder, environment, "dev", "--json", "--port", "0")) {
      weft.firstLine(START);
      try (Client client = Client.of(weft.out())) {
        flood(client, List.of(weft));
      }
      assertThat(weft.err()).doesNotContain("java.lang.OutOfMemoryError");
    }
  }

  @Test
  void fiveProcessesBearThem(@TempDir Path folder) throws Exception {
    DatabaseUrl database = TestDatabases.create();
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            database.uri(),
            "OPENAI_BASE_URL",
            provider(),
            "JAVA_TOOL_OPTIONS",
            "-XX:+ExitOnOutOfMemoryError");
    List<String> services = List.of("auth", "rag", "chat", "mcp", "gateway");
    try (Nodes nodes = new Nodes(folder, environment)) {
      for (String service : services) {
        nodes.start(service);
      }
      services.forEach(nodes::awaitReady);
      String key = Files.readString(folder.resolve("data/dev.key")).strip();
      List<WeftProcess> all = services.stream().map(nodes::process).toList();
      try (Client client = new Client(nodes.url(), key)) {
        flood(client, all);
      }
      all.forEach(
          process -> assertThat(process.err()).doesNotContain("java.lang.OutOfMemoryError"));
    } finally {
      TestDatabases.drop(database);
    }
  }

  private void flood(Client client, List<WeftProcess> processes) throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String made = client.post("/auth/keys", "{\"name\":\"flood " + i + "\"}").body();
      keys.add(Client.JSON.readTree(made).path("key").asText());
    }
    assertThat(answer(client.url(), keys.getFirst())).isEqualTo("200");

    ConcurrentMap<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    AtomicInteger open = new AtomicInteger(BODIES);
    for (int i = 0; i < BODIES; i++) {
      String key = keys.get(i % KEYS);
      Thread.ofVirtual()
          .start(
              () -> {
                answers
                    .computeIfAbsent(answer(client.url(), key), x -> new AtomicInteger())
                    .incrementAndGet();
                open.decrementAndGet();
              });
    }
    AtomicLong longest = new AtomicLong();
    int asked = 0;
    long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (open.get() > 0 && System.nanoTime() - end < 0) {
      long start = System.nanoTime();
      assertThat(client.get("/health").statusCode()).isEqualTo(200);
      longest.accumulateAndGet(System.nanoTime() - start, Math::max);
      asked++;
      Thread.sleep(100);
    }
    System.out.printf(
        "%d bodies: %s; health asked %d times, at most %d ms%n",
        BODIES, answers, asked, Duration.ofNanos(longest.get()).toMillis());
    assertThat(open).hasValue(0);
    processes.forEach(process -> assertThat(process.alive()).isTrue());
    assertThat(answers.keySet()).isSubsetOf("200", "503 gateway:overloaded", "503 mesh");
    assertThat(answers).containsKey("200");
    assertThat(Duration.ofNanos(longest.get())).isLessThan(HEALTH);
    assertThat(Wait.until(Duration.ofSeconds(20), () -> buffered(client) == 0)).isTrue();
    assertThat(answer(client.url(), keys.getFirst())).isEqualTo("200");
  }

  private static double buffered(Client client) {
    try {
      return client
          .get("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("weft_buffered_bytes"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElse(-1);
    } catch (IOException | InterruptedException e) {
      return -1;
    }
  }

  /** Sends the body and says how it was answered. */
  private String answer(String url, String key) {
    URI uri = URI.create(url);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
            + key
            + "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
            + body.length
            + "\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(90_000);
      socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 30_000);
      try {
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        for (int at = 0; at < body.length; at += 65_536) {
          out.write(body, at, Math.min(65_536, body.length - at));
        }
      } catch (IOException refused) {
        // The answer may be there all the same.
      }
      InputStream in = socket.getInputStream();
      String text = new String(in.readNBytes(2_048), StandardCharsets.UTF_8);
      String status = text.length() < 12 ? "none: " + text : text.substring(9, 12);
      if (!status.equals("503")) {
        return status;
      }
      return text.contains("gateway:overloaded")
          ? "503 gateway:overloaded"
          : text.contains("\"mesh:") ? "503 mesh" : "503 " + text;
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }
}

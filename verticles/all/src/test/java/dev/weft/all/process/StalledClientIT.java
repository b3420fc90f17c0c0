package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.upstream.RecordedRequest;
import dev.weft.testkit.upstream.ScriptedUpstream;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that stops reading, while the provider sends all it can, through five processes. */
@Timeout(240)
class StalledClientIT {
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final long BOUND = 8L << 20;
  private static final Pattern HEAP =
      Pattern.compile("(?m)^jvm_memory_used_bytes\\{[^}]*area=\"heap\"[^}]*} (\\S+)");

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseUrl database = TestDatabases.create();
  private final ScriptedUpstream upstream = ScriptedUpstream.start(vertx);

  @AfterEach
  void stop() {
    upstream.close();
    vertx.close().await();
    TestDatabases.drop(database);
  }

  @Test
  void aStalledReaderCostsGatewayAndChatLessThanEightMegabytesEach(@TempDir Path folder)
      throws Exception {
    Map<String, String> environment =
        Map.of("DATABASE_URL", database.uri(), "OPENAI_BASE_URL", upstream.baseUrl());
    try (Nodes nodes = new Nodes(folder, environment)) {
      List<String> services = List.of("auth", "chat", "gateway");
      for (String service : services) {
        nodes.start(service);
      }
      services.forEach(nodes::awaitReady);
      String key = Files.readString(folder.resolve("data/dev.key")).strip();
      try (Client warm = new Client(nodes.url(), key)) {
        for (int i = 0; i < 3; i++) {
          try (var lines = warm.stream("scripted?events=500", "warm up")) {
            assertThat(lines.filter(line -> line.equals("data: [DONE]"))).hasSize(1);
          }
        }
      }
      long gatewayBefore = heap(nodes, "gateway", key);
      long chatBefore = heap(nodes, "chat", key);

      try (Socket client = open(nodes.url(), key)) {
        InputStream in = client.getInputStream();
        assertThat(in.readNBytes(4_096)).hasSize(4_096);
        RecordedRequest request = upstream.completions().getLast();
        AtomicLong lastGrowth = new AtomicLong(System.nanoTime());
        AtomicLong written = new AtomicLong(request.bytesWritten());
        long stalledUntil = System.nanoTime() + STALL.toNanos();
        Wait.until(
            STALL.plusSeconds(5),
            () -> {
              long now = System.nanoTime();
              if (written.getAndSet(request.bytesWritten()) != request.bytesWritten()) {
                lastGrowth.set(now);
              }
              return now - stalledUntil >= 0;
            });

        assertThat(System.nanoTime() - lastGrowth.get())
            .as("the provider is held back, long since")
            .isGreaterThan(STALL.dividedBy(2).toNanos());
        assertThat(heap(nodes, "gateway", key) - gatewayBefore).as("gateway").isLessThan(BOUND);
        assertThat(heap(nodes, "chat", key) - chatBefore).as("chat").isLessThan(BOUND);

        long more = written.get() + BOUND;
        byte[] buffer = new byte[65_536];
        for (long read = 0; read < more; ) {
          int count = in.read(buffer);
          assertThat(count).as("the stream goes on").isPositive();
          read += count;
        }
        assertThat(request.bytesWritten()).isGreaterThan(written.get());
        client.close();
        assertThat(request.ended().toCompletionStage().toCompletableFuture().get().byClient())
            .isTrue();
      }
    }
  }

  private static Socket open(String url, String key) throws IOException {
    URI uri = URI.create(url);
    byte[] body =
        "{\"model\":\"flood\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    Socket socket = new Socket();
    // A small window: the rest of the flood must wait further up.
    socket.setReceiveBufferSize(65_536);
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 5_000);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
            + key
            + "\r\ncontent-type: application/json\r\ncontent-length: "
            + body.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(body);
    return socket;
  }

  /** Bytes of live objects of a service's process. */
  private static long heap(Nodes nodes, String service, String key) throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    long pid = nodes.process(service).pid();
    new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    String url =
        service.equals("gateway")
            ? nodes.url()
            : "http://127.0.0.1:" + nodes.managementPort(service);
    double bytes = 0;
    try (Client metrics = new Client(url, key)) {
      Matcher matcher = HEAP.matcher(metrics.get("/metrics").body());
      while (matcher.find()) {
        bytes += Double.parseDouble(matcher.group(1));
      }
    }
    assertThat(bytes).isPositive();
    return (long) bytes;
  }
}

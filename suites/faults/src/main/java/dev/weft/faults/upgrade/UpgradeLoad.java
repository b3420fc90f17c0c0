package dev.weft.faults.upgrade;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that use every service through the gateway, and note each call that fails. */
final class UpgradeLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HEALTHY = Duration.ofSeconds(120);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int SHOWN_FAILURES = 20;

  /** Names of the calls that each client makes over and over. */
  private static final List<String> KINDS =
      List.of(
          "completion", "stream", "conversation", "models", "put", "search", "keys", "initialize");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final int clients;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final List<String> failed = new ArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger[] running = {new AtomicInteger(), new AtomicInteger()};
  private volatile String key = "";
  private volatile Gateway gateway = new Gateway(0, "");
  private volatile boolean over;
  private volatile boolean active;

  /**
   * Where calls go.
   *
   * @param number 0 or 1
   */
  private record Gateway(int number, String url) {}

  /**
   * @param clients that call at once, each one call after the other
   */
  UpgradeLoad(int clients) {
    this.clients = clients;
  }

  /** Says where and as whom to call. */
  void begin(String newKey, String url) {
    key = newKey;
    gateway = new Gateway(0, url);
  }

  /** Waits until the gateway says that all is well, as an operator would before the next step. */
  void awaitHealth() throws IOException, InterruptedException {
    long end = System.nanoTime() + HEALTHY.toNanos();
    String last;
    do {
      last = http.send(to("/health").GET().build(), text()).body();
      if (last.startsWith("{\"status\":\"up\"")) {
        return;
      }
      Thread.sleep(PAUSE.toMillis());
    } while (System.nanoTime() - end < 0);
    throw new IOException("not healthy: " + last);
  }

  /** Makes what the calls need. */
  void prepare() throws IOException, InterruptedException {
    HttpResponse<String> made =
        http.send(post("/v1/rag/collections", "{\"name\":\"upgrade\"}"), text());
    if (made.statusCode() != 200) {
      throw new IOException("no collection: " + made.statusCode() + " " + made.body());
    }
    for (int i = 0; i < clients; i++) {
      int client = i;
      threads.add(Thread.ofPlatform().name("client-" + i).start(() -> work(client)));
    }
  }

  /** Lets the clients work for a while. */
  void use(Duration time) throws InterruptedException {
    active = true;
    Thread.sleep(time.toMillis());
  }

  /** Sends the next calls to another gateway and waits until the first has none left. */
  void moveTo(String url, Duration patience) throws InterruptedException {
    gateway = new Gateway(1, url);
    long end = System.nanoTime() + patience.toNanos();
    while (running[0].get() > 0 && System.nanoTime() - end < 0) {
      Thread.sleep(20);
    }
  }

  private void work(int client) {
    for (int round = 0; !over; round++) {
      if (active) {
        call(KINDS.get((round + client) % KINDS.size()), client, round);
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void call(String kind, int client, int round) {
    Gateway at = gateway;
    running[at.number()].incrementAndGet();
    try {
      HttpResponse<String> response = http.send(request(kind, client, round), text());
      boolean whole = !kind.equals("stream") || response.body().endsWith("data: [DONE]\n\n");
      if (response.statusCode() / 100 != 2 || !whole || response.body().contains("\"error\":{")) {
        failed(kind, response.statusCode() + " " + response.body());
      }
    } catch (IOException e) {
      failed(kind, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running[at.number()].decrementAndGet();
      counts.computeIfAbsent(kind, x -> new AtomicLong()).incrementAndGet();
    }
  }

  private HttpRequest request(String kind, int client, int round) {
    String text = "Question " + round + " of client " + client + ": what is a loom?";
    return switch (kind) {
      case "completion" -> post("/v1/chat/completions", completion(text, ""));
      case "stream" -> post("/v1/chat/completions", completion(text, ",\"stream\":true"));
      case "conversation" ->
          post(
              "/v1/chat/completions",
              completion(text, ",\"conversation\":\"upgrade-" + client + "\""));
      case "models" -> to("/v1/models").GET().build();
      case "put" ->
          post(
              "/v1/rag/collections/upgrade/documents",
              "{\"id\":\"d-" + client + "\",\"text\":\"A loom weaves. Round " + round + ".\"}");
      case "search" ->
          post("/v1/rag/search", "{\"collection\":\"upgrade\",\"query\":\"what weaves\"}");
      case "keys" -> to("/auth/keys").GET().build();
      case "initialize" ->
          post(
              "/mcp",
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
                  + "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                  + "\"clientInfo\":{\"name\":\"upgrade\",\"version\":\"1\"}}}");
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static String completion(String text, String more) {
    return "{\"model\":\"weft-offline\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + text
        + "\"}]"
        + more
        + "}";
  }

  private HttpRequest post(String path, String body) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(gateway.url() + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + key);
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private void failed(String kind, String what) {
    failures.incrementAndGet();
    synchronized (failed) {
      if (failed.size() < SHOWN_FAILURES) {
        failed.add(kind + ": " + what.substring(0, Math.min(300, what.length())));
      }
    }
  }

  /** Stops the clients after their calls. */
  void end() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  long calls() {
    return counts.values().stream().mapToLong(AtomicLong::get).sum();
  }

  int failures() {
    return failures.get();
  }

  /** Whether each kind of call was made. */
  boolean isComplete() {
    return counts.keySet().containsAll(KINDS);
  }

  /** Calls by kind, and the first failures. */
  String report() {
    StringBuilder out = new StringBuilder("\ncalls\n");
    new TreeMap<>(counts)
        .forEach((kind, count) -> out.append("  %-14s %6d%n".formatted(kind, count.get())));
    out.append("failed %d of %d%n".formatted(failures(), calls()));
    synchronized (failed) {
      failed.forEach(line -> out.append("  ").append(line).append('\n'));
    }
    return out.toString();
  }

  @Override
  public void close() throws InterruptedException {
    end();
    http.shutdownNow();
  }
}

package dev.weft.testkit.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible provider on loopback that does what it is told. What it answers to a
 * completion is, in this order: the next script of {@link #next}, the one given for the model's
 * name with {@link #on}, the {@link Behaviour} the model's name selects. Thread-safe.
 */
public final class ScriptedUpstream implements AutoCloseable {

  private static final int MAX_RECORDED = 10_000;
  private static final int MAX_PREPARED = 1_000;

  private static final Buffer EMPTY = Buffer.buffer();

  private final Vertx vertx;
  private final boolean recording;
  private final Map<String, Function<Ask, Script>> byModel = new ConcurrentHashMap<>();
  private final Map<Ask, Script> prepared = new ConcurrentHashMap<>();
  private final Deque<Script> queued = new ArrayDeque<>();
  private final List<RecordedRequest> requests = new ArrayList<>();
  private final List<Awaited> awaited = new ArrayList<>();
  private volatile List<String> models = List.of("scripted");
  private @Nullable HttpServer server;

  private ScriptedUpstream(Vertx vertx, boolean recording) {
    this.vertx = vertx;
    this.recording = recording;
  }

  /** Starts one on a free port; for tests, not for event loops: waits. */
  public static ScriptedUpstream start(Vertx vertx) {
    return start(vertx, 0, true).await();
  }

  /**
   * Starts one.
   *
   * @param port 0 for any free one
   * @param recording whether requests are kept; not for load tests
   */
  public static Future<ScriptedUpstream> start(Vertx vertx, int port, boolean recording) {
    ScriptedUpstream upstream = new ScriptedUpstream(vertx, recording);
    HttpServer server =
        vertx.createHttpServer(
            new HttpServerOptions().setHost("127.0.0.1").setPort(port).setTcpNoDelay(true));
    upstream.server = server;
    return server.requestHandler(upstream::handle).listen().map(upstream);
  }

  public int port() {
    return server == null ? 0 : server.actualPort();
  }

  /** What a client is configured with: {@code http://127.0.0.1:port/v1}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /** Answers the model's completions with a script. */
  public ScriptedUpstream on(String model, Script script) {
    return on(model, ask -> script);
  }

  /** Answers the model's completions with what the function makes of the request. */
  public ScriptedUpstream on(String model, Function<Ask, Script> script) {
    byModel.put(model, script);
    return this;
  }

  /** Answers the next completion that has no earlier such script with this one. */
  public ScriptedUpstream next(Script script) {
    synchronized (queued) {
      queued.add(script);
    }
    return this;
  }

  /** The models that {@code GET /v1/models} lists. */
  public ScriptedUpstream models(String... ids) {
    models = List.of(ids);
    return this;
  }

  /** Requests seen so far, oldest first. */
  public List<RecordedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The completion requests among {@link #requests()}. */
  public List<RecordedRequest> completions() {
    return requests().stream().filter(r -> r.path().endsWith("/chat/completions")).toList();
  }

  /**
   * Completes with the completion request of that number, counted from 0, once it has been seen.
   */
  public Future<RecordedRequest> completion(int index) {
    Promise<RecordedRequest> promise = Promise.promise();
    synchronized (requests) {
      List<RecordedRequest> seen = completions();
      if (index < seen.size()) {
        return Future.succeededFuture(seen.get(index));
      }
      awaited.add(new Awaited(index, promise));
    }
    return promise.future();
  }

  /** Forgets requests, scripts and queued scripts. */
  public void reset() {
    synchronized (requests) {
      requests.clear();
    }
    synchronized (queued) {
      queued.clear();
    }
    byModel.clear();
  }

  /** Stops; open connections are closed. Waits. */
  @Override
  public void close() {
    stop().await();
  }

  /** Stops; open connections are closed. */
  public Future<Void> stop() {
    return server == null ? Future.succeededFuture() : server.close();
  }

  private void handle(HttpServerRequest request) {
    request.body().onSuccess(body -> answer(request, body));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    RecordedRequest record =
        new RecordedRequest(
            request.method().name(), request.path(), recorded(request), recording ? body : EMPTY);
    if (recording) {
      remember(record);
    }
    new ScriptPlayer(vertx, request, record, script(request, body)).play();
  }

  private MultiMap recorded(HttpServerRequest request) {
    // The server's own map may be reused after the request.
    return recording
        ? MultiMap.caseInsensitiveMultiMap().addAll(request.headers())
        : request.headers();
  }

  private Script script(HttpServerRequest request, Buffer body) {
    if (request.path().endsWith("/models")) {
      return Script.json(200, modelList());
    }
    if (!request.path().endsWith("/chat/completions")) {
      return Script.json(404, Chunks.error("No such path.", "invalid_request_error", "not_found"));
    }
    Script first;
    synchronized (queued) {
      first = queued.poll();
    }
    if (first != null) {
      return first;
    }
    Ask ask = Ask.read(body);
    Function<Ask, Script> given = byModel.get(ask.behaviour());
    if (given != null) {
      return given.apply(ask);
    }
    if (prepared.size() > MAX_PREPARED) {
      prepared.clear();
    }
    return prepared.computeIfAbsent(ask, a -> Behaviour.named(a.behaviour()).script(a));
  }

  private String modelList() {
    StringBuilder out = new StringBuilder("{\"object\":\"list\",\"data\":[");
    for (String id : models) {
      out.append(out.charAt(out.length() - 1) == '[' ? "" : ",")
          .append("{\"id\":\"")
          .append(id)
          .append(
              "\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"scripted\","
                  + "\"extra\":{\"kept\":false}}");
    }
    return out.append("]}").toString();
  }

  private void remember(RecordedRequest record) {
    List<Promise<RecordedRequest>> due = new ArrayList<>();
    synchronized (requests) {
      if (requests.size() >= MAX_RECORDED) {
        requests.removeFirst();
      }
      requests.add(record);
      int last = completions().size() - 1;
      if (record.path().endsWith("/chat/completions")) {
        awaited.removeIf(wait -> wait.index() == last && due.add(wait.promise()));
      }
    }
    due.forEach(promise -> promise.tryComplete(record));
  }

  private record Awaited(int index, Promise<RecordedRequest> promise) {}
}

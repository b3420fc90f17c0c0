package dev.weft.gateway.support;

import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.GatewayService;
import dev.weft.node.Service;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A gateway with a fake auth and chat behind it, and a client before it. */
public final class Gateway implements AutoCloseable {
  /** A key that may do everything. */
  public static final String KEY = "weft_test_good";

  public final FakeAuth auth;
  public final FakeChat chat;
  public final FakeRag rag;
  public final TestNode node;
  private final GatewayService service;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Gateway(
      FakeAuth auth, FakeChat chat, FakeRag rag, TestNode node, GatewayService service) {
    this.auth = auth;
    this.chat = chat;
    this.rag = rag;
    this.node = node;
    this.service = service;
  }

  /** Starts with the default settings. */
  public static Gateway start() {
    return start(settings -> settings, true);
  }

  /**
   * Starts.
   *
   * @param settings beyond the port
   * @param withChat whether there is a chat service
   */
  public static Gateway start(UnaryOperator<TestNode.Builder> settings, boolean withChat) {
    return start(settings, withChat, List.of());
  }

  /** Starts with more services than the usual ones. */
  public static Gateway start(
      UnaryOperator<TestNode.Builder> settings, boolean withChat, List<Service> more) {
    FakeAuth auth = new FakeAuth();
    FakeChat chat = new FakeChat();
    FakeRag rag = new FakeRag();
    GatewayService service = new GatewayService();
    List<Service> services = new ArrayList<>(List.of(service, auth, rag));
    services.addAll(more);
    if (withChat) {
      services.add(chat);
    }
    TestNode node =
        settings
            .apply(TestNode.builder().set(GatewayKeys.PORT, 0))
            .start(services.toArray(new Service[0]));
    auth.tokens(
        caller ->
            Objects.requireNonNull(
                node.as(caller.tenant(), caller.subject(), caller.scopes().toArray(new String[0]))
                    .identityToken()));
    auth.allow(KEY, "*");
    Eventually.holds(() -> auth.listeners() == 1);
    return new Gateway(auth, chat, rag, node, service);
  }

  public int port() {
    return service.port();
  }

  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** A request with the good key. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofSeconds(20))
        .header("authorization", "Bearer " + KEY);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> complete(String model, boolean stream)
      throws IOException, InterruptedException {
    return post("/v1/chat/completions", completion(model, stream));
  }

  public static String completion(String model, boolean stream) {
    return "{\"model\":\""
        + model
        + "\",\"stream\":"
        + stream
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  }

  /** A completion request as it goes over the wire. */
  public String wire(String model, boolean stream) {
    return wire(KEY, completion(model, stream));
  }

  public String wire(String key, String body) {
    return "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:"
        + port()
        + "\r\nauthorization: Bearer "
        + key
        + "\r\ncontent-type: application/json\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  public RawClient connect() throws IOException {
    return new RawClient(port());
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}

package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.ClusterOptions;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import dev.weft.testkit.node.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Providers behind a proxy, with a certificate of an authority that only this machine knows. */
@Timeout(90)
class OutboundIT {
  private static final String NAME = "models.example";
  private static final String ANSWER =
      "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"far\"}}]}";
  private static final String EVENTS =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"far\"},"
          + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
  private static final String SECRET = "p@ss:word";

  private final Vertx vertx = Vertx.vertx();
  private final List<String> connects = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer provider;

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer proxy;

  @SuppressWarnings("NullAway.Init") // set before each test
  private String authority;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    NodeCertificate certificate = new NodeCertificate(folder.resolve("provider"));
    new TlsAuthority(folder).ensure(certificate, List.of("provider"), List.of(NAME));
    ClusterOptions.Tls files = certificate.files();
    authority = files.caCertificate();
    provider =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(files.certificate())
                            .addKeyPath(files.privateKey())))
            .requestHandler(OutboundIT::answer)
            .listen(0, "127.0.0.1")
            .await();
    proxy = vertx.createHttpServer().requestHandler(this::connect).listen(0, "127.0.0.1").await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private static void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              boolean stream = body.toString().contains("\"stream\":true");
              request
                  .response()
                  .putHeader("content-type", stream ? "text/event-stream" : "application/json")
                  .end(stream ? EVENTS : ANSWER);
            });
  }

  /** A proxy that knows one user, and that one server by its name. */
  private void connect(HttpServerRequest request) {
    String wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("ann:" + SECRET).getBytes(StandardCharsets.US_ASCII));
    connects.add(request.method() + " " + request.uri());
    if (!wanted.equals(request.getHeader("proxy-authorization"))) {
      request.response().setStatusCode(407).end();
    } else if (!request.method().equals(HttpMethod.CONNECT)
        || !request.uri().equals(NAME + ":443")) {
      request.response().setStatusCode(502).end();
    } else {
      Future<NetSocket> there = vertx.createNetClient().connect(provider.actualPort(), "127.0.0.1");
      there
          .compose(far -> request.toNetSocket().onSuccess(near -> pipe(near, far)))
          .onFailure(failure -> request.response().setStatusCode(502).end());
    }
  }

  private static void pipe(NetSocket near, NetSocket far) {
    near.pipeTo(far);
    far.pipeTo(near);
  }

  private TestNode node(String password, UnaryOperator<TestNode.Builder> more) {
    return more.apply(
            TestNode.builder()
                .set(ChatKeys.OPENAI_API_KEY, ChatHouse.KEY)
                .set(ChatKeys.OPENAI_BASE_URL, "https://" + NAME + "/v1")
                .set(
                    NodeKeys.OUTBOUND_PROXY,
                    "http://ann:" + password + "@127.0.0.1:" + proxy.actualPort()))
        .start(new ChatService(), new FakeRag());
  }

  @Test
  void aProviderIsReachedThroughTheProxyAndTrustedByTheFile() {
    try (TestNode node =
        node("p%40ss%3Aword", settings -> settings.set(NodeKeys.OUTBOUND_CA_FILE, authority))) {
      assertThat(create(node)).contains("far");
      String streamed =
          StreamProbe.open(node.mesh(), caller(node), ChatHouse.body("m", true, "")).awaitAll();
      assertThat(streamed).contains("far").endsWith("data: [DONE]\n\n");
      assertThat(connects).isNotEmpty().containsOnly("CONNECT " + NAME + ":443");
    }
  }

  @Test
  void withoutTheFileNobodyVouchesForIt() {
    try (TestNode node = node("p%40ss%3Aword", settings -> settings)) {
      assertThat(failure(node).message()).contains("nobody this machine trusts");
    }
  }

  @Test
  void aProxyThatRefusesIsNamedWithoutItsSecret() {
    try (TestNode node =
        node("wrong", settings -> settings.set(NodeKeys.OUTBOUND_CA_FILE, authority))) {
      WeftError error = failure(node);
      assertThat(error.code()).isEqualTo("chat:provider.unavailable");
      assertThat(error.message())
          .contains("127.0.0.1:" + proxy.actualPort())
          .contains("407")
          .contains("outbound.proxy")
          .doesNotContain("wrong");
    }
  }

  @Test
  void oneThatIsNamedIsCalledDirectly() {
    try (TestNode node =
        node(
            "p%40ss%3Aword",
            settings -> settings.set(NodeKeys.OUTBOUND_NO_PROXY, List.of("example")))) {
      assertThat(failure(node).message()).contains("cannot be reached:");
      assertThat(connects).isEmpty();
    }
  }

  @Test
  void aFileThatIsNoneStopsTheStart(@TempDir Path folder) throws Exception {
    Path key = folder.resolve("some.pem");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    for (String file : List.of(key.toString(), folder.resolve("none.pem").toString())) {
      assertThatThrownBy(
              () -> node("x", settings -> settings.set(NodeKeys.OUTBOUND_CA_FILE, file)).close())
          .hasMessageContaining("outbound.caFile")
          .hasMessageContaining(file);
    }
  }

  private static CallContext caller(TestNode node) {
    return node.as("acme", "ann", Scopes.CHAT_INVOKE);
  }

  private static String create(TestNode node) {
    return node.mesh()
        .call(ChatApi.CREATE_COMPLETION, Raw.of(ChatHouse.body("m", false, "")), caller(node))
        .await()
        .text();
  }

  private static WeftError failure(TestNode node) {
    try {
      throw new AssertionError("answered with " + create(node));
    } catch (WeftException e) {
      return e.error();
    }
  }
}

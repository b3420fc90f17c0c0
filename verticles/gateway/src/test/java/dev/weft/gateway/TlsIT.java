package dev.weft.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.Http2Client;
import dev.weft.gateway.support.Http2Client.Answer;
import dev.weft.gateway.support.RawClient;
import dev.weft.gateway.support.Smuggling;
import dev.weft.gateway.support.TestCertificate;
import dev.weft.gateway.support.TrustAll;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.http.HttpVersion;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // what is set before each test
class TlsIT {
  @TempDir Path folder;
  private Path chain;
  private Path key;
  private TestCertificate first;

  @BeforeEach
  void make() throws Exception {
    chain = folder.resolve("server.crt");
    key = folder.resolve("server.key");
    first = TestCertificate.make(1, "EC");
    first.writeCertificate(chain);
    first.writeKey(key);
  }

  private Gateway start() {
    return Gateway.start(
        settings ->
            settings
                .set(GatewayKeys.TLS_CERTIFICATE, chain.toString())
                .set(GatewayKeys.TLS_KEY, key.toString())
                .set(GatewayKeys.TLS_RELOAD, Duration.ofMillis(50)),
        true);
  }

  @Test
  void bothProtocolsAreServedAndAStreamToo() throws Exception {
    try (Gateway gateway = start();
        Http2Client client = new Http2Client(gateway.port(), chain.toString());
        HttpClient old = client(first, HttpClient.Version.HTTP_1_1)) {
      Answer stream = client.complete("any", true);
      HttpResponse<String> whole = old.send(completion(gateway), text());

      assertThat(stream.head().version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(stream.body()).endsWith(FakeChat.DONE);
      assertThat(whole.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(whole.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void headersBeyondTheLimitOfAStreamAreRefused() throws Exception {
    try (Gateway gateway = start();
        HttpClient client = client(first, HttpClient.Version.HTTP_2)) {
      HttpResponse<String> refused =
          client.send(
              HttpRequest.newBuilder(uri(gateway, "/docs")).header("x", "y".repeat(20_000)).build(),
              text());
      HttpResponse<String> next =
          client.send(HttpRequest.newBuilder(uri(gateway, "/docs")).build(), text());

      assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(refused.statusCode()).isEqualTo(431);
      assertThat(next.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatCanBeReadInTwoWaysIsRefusedFromTheFirstByteOn() throws Exception {
    try (Gateway gateway = start();
        SSLSocket socket =
            (SSLSocket)
                TrustAll.context(new X509Certificate[1])
                    .getSocketFactory()
                    .createSocket("127.0.0.1", gateway.port())) {
      String folded =
          "GET /docs HTTP/1.1\r\nhost: localhost\r\nx: y\r\n z\r\n\r\n" + Smuggling.HIDDEN;
      socket.getOutputStream().write(folded.getBytes(UTF_8));

      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("404");
    }
  }

  @Test
  void clearTextIsNotSpoken() throws Exception {
    try (Gateway gateway = start();
        RawClient client = gateway.connect()) {
      client.send("GET /docs HTTP/1.1\r\nhost: localhost\r\n\r\n");

      assertThat(client.readAll()).doesNotContain("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aChangedCertificateIsServedWithoutARestart(String algorithm) throws Exception {
    TestCertificate second = TestCertificate.make(2, algorithm);
    try (Gateway gateway = start();
        Http2Client client = new Http2Client(gateway.port(), chain.toString())) {
      client.complete("any", false);
      assertThat(served(gateway)).isEqualTo(BigInteger.ONE);

      second.writeCertificate(chain);
      second.writeKey(key);

      Eventually.holds(() -> served(gateway).equals(BigInteger.TWO));
      // Connections there were before stay as they are.
      assertThat(client.complete("any", false).status()).isEqualTo(200);
      assertThat(metric(gateway, "weft_gateway_tls_reloads_total{outcome=\"changed\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void filesThatCannotBeUsedChangeNothingUntilTheyCan() throws Exception {
    TestCertificate second = TestCertificate.make(2, "EC");
    String refused = "weft_gateway_tls_reloads_total{outcome=\"refused\"}";
    try (Gateway gateway = start()) {
      second.writeCertificate(chain);
      Eventually.holds(() -> metric(gateway, refused) == 1);
      Files.writeString(chain, "nonsense");
      Eventually.holds(() -> metric(gateway, refused) == 2);
      Files.delete(key);
      Files.delete(chain);
      Eventually.holds(() -> metric(gateway, refused) == 3);
      assertThat(served(gateway)).isEqualTo(BigInteger.ONE);

      second.writeKey(key);
      second.writeCertificate(chain);

      Eventually.holds(() -> served(gateway).equals(BigInteger.TWO));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate", "key", "both"})
  void filesThatAreNotThereStopTheStart(String missing) throws Exception {
    if (!missing.equals("key")) {
      Files.delete(chain);
    }
    if (!missing.equals("certificate")) {
      Files.delete(key);
    }

    assertThat(startFailure())
        .hasMessageStartingWith("Cannot speak TLS: there is no file ")
        .hasMessageContaining("gateway.tls.certificate");
  }

  @Test
  void filesThatDoNotBelongTogetherStopTheStart() throws Exception {
    TestCertificate.make(2, "EC").writeKey(key);

    assertThat(startFailure())
        .hasMessageContaining("is not that of the first certificate in " + chain);
  }

  @Test
  void filesThatAreNoPemStopTheStart() throws Exception {
    Files.writeString(chain, "nonsense");
    assertThat(startFailure()).hasMessageContaining(chain + " holds no certificate in PEM");

    first.writeCertificate(chain);
    Files.writeString(key, "secret nonsense");
    assertThat(startFailure())
        .hasMessageContaining(key + " holds no private key in PEM")
        .hasMessageNotContaining("secret nonsense");

    Files.write(key, new byte[1024 * 1024]);
    assertThat(startFailure()).hasMessageContaining(key + " is larger than");
  }

  @Test
  void oneFileWithoutTheOtherStopsTheStart() {
    assertThat(
            failure(
                () ->
                    Gateway.start(
                        settings -> settings.set(GatewayKeys.TLS_KEY, key.toString()), true)))
        .hasMessageContaining("'gateway.tls.certificate' is not");
  }

  private StartFailure startFailure() {
    return failure(this::start);
  }

  private static StartFailure failure(Runnable start) {
    @Nullable Throwable thrown = catchThrowable(start::run);
    while (thrown != null && !(thrown instanceof StartFailure)) {
      thrown = thrown.getCause();
    }
    assertThat(thrown).isInstanceOf(StartFailure.class);
    StartFailure failure = (StartFailure) Objects.requireNonNull(thrown);
    assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIG_INVALID);
    assertThat(failure.exitCode().number()).isEqualTo(3);
    return failure;
  }

  /** The serial number of the certificate that a new connection is shown. */
  private static BigInteger served(Gateway gateway) {
    X509Certificate[] shown = new X509Certificate[1];
    try (SSLSocket socket =
        (SSLSocket)
            TrustAll.context(shown).getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      return shown[0].getSerialNumber();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static double metric(Gateway gateway, String name) {
    return gateway
        .node
        .context()
        .scrapeMetrics()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static HttpRequest completion(Gateway gateway) {
    return HttpRequest.newBuilder(uri(gateway, "/v1/chat/completions"))
        .header("authorization", "Bearer " + Gateway.KEY)
        .POST(HttpRequest.BodyPublishers.ofString(Gateway.completion("any", false)))
        .build();
  }

  private static URI uri(Gateway gateway, String path) {
    return URI.create("https://127.0.0.1:" + gateway.port() + path);
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static HttpClient client(TestCertificate trusted, HttpClient.Version version)
      throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("server", trusted.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().version(version).sslContext(context).build();
  }
}

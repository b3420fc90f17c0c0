package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.MeshBed.Answer;
import dev.weft.mesh.MeshBed.Ask;
import dev.weft.mesh.internal.Bodies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets into a cluster and who does not. */
@Timeout(90)
class ClusterSecurityIT {
  private final TestCluster cluster = new TestCluster(3);

  @AfterEach
  void stop() {
    cluster.close();
  }

  private ClusteredMesh start(ClusterOptions.Tls tls) {
    return cluster.start(TestCluster.OPTIONS, cluster.nextOptions(tls));
  }

  @Test
  void nodesOfOneAuthorityTalkAndARogueMemberNeitherHearsNorIsHeard(@TempDir Path folder)
      throws Exception {
    TestCertificates house = new TestCertificates(folder, "house");
    TestCertificates rogue = new TestCertificates(folder, "rogue");
    ClusteredMesh first = start(house.issue("first"));
    ClusteredMesh second = start(house.issue("second"));
    AtomicInteger served = new AtomicInteger();
    first
        .mesh()
        .serve(
            MeshBed.ECHO,
            (ask, _) -> {
              served.incrementAndGet();
              return Future.succeededFuture(new Answer(ask.text()));
            });
    assertThat(
            second.mesh().call(MeshBed.ECHO, new Ask("hi"), MeshBed.within(5_000)).await().text())
        .isEqualTo("hi");

    // At the bus port itself, past membership, which has a door of its own.
    assertThatThrownBy(() -> start(rogue.issue("stranger", house)))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("stranger.pem");
    assertThat(staysOpen(first, house.issue("known"))).isTrue();
    assertThat(staysOpen(first, rogue.issue("knocking", house))).isFalse();
    assertThat(first.mesh().directory().nodes()).hasSize(2);
    assertThat(second.mesh().directory().nodes()).hasSize(2);
    assertThat(served).hasValue(1);
  }

  @Test
  void aCertificateOfNoServiceOrAnotherHostIsRefusedAtTheStart(@TempDir Path folder)
      throws Exception {
    TestCertificates house = new TestCertificates(folder, "house");
    assertThatThrownBy(() -> start(house.issue("old", List.of(), "127.0.0.1")))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("old.pem")
        .hasMessageContaining("names no service")
        .hasMessageContaining("issue it again");
    assertThatThrownBy(() -> start(house.issue("far", List.of("test"), "10.9.8.7")))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("10.9.8.7")
        .hasMessageContaining("127.0.0.1");
  }

  private static Future<Answer> call(ClusteredMesh from) {
    return from.mesh().call(MeshBed.ECHO, new Ask("hi"), MeshBed.within(5_000));
  }

  /** Whether the node's bus port keeps a connection of who shows that certificate. */
  private static boolean staysOpen(ClusteredMesh node, ClusterOptions.Tls tls) {
    int port = ((VertxInternal) node.vertx()).clusterManager().getNodeInfo().port();
    NetClientOptions options =
        new NetClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setHostnameVerificationAlgorithm("")
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(tls.certificate())
                    .addKeyPath(tls.privateKey()));
    Promise<Boolean> closed = Promise.promise();
    NetClient client = node.vertx().createNetClient(options);
    client
        .connect(port, "127.0.0.1")
        .onFailure(_ -> closed.tryComplete(true))
        .onSuccess(
            // With TLS 1.3 the client learns of its refusal after the handshake.
            socket -> {
              socket.exceptionHandler(_ -> {}); // the close follows
              socket.closeHandler(_ -> closed.tryComplete(true));
              node.vertx().setTimer(2_000, _ -> closed.tryComplete(false));
            });
    boolean open = !closed.future().await();
    client.close();
    return open;
  }

  @Test
  void aNodeThatTrustsAnotherAuthorityIsRefused(@TempDir Path folder) throws Exception {
    TestCertificates house = new TestCertificates(folder, "house");
    TestCertificates other = new TestCertificates(folder, "other");
    ClusteredMesh first = start(house.issue("first"));
    first.mesh().serve(MeshBed.ECHO, (ask, _) -> Future.succeededFuture(new Answer("")));
    ClusteredMesh wrong = start(other.issue("wrong"));
    assertThat(MeshBed.failureOf(call(wrong)).code()).isEqualTo("mesh:unavailable");
    assertThat(first.mesh().directory().nodes()).hasSize(1);
  }

  @Test
  void whoeverListensBeyondLoopbackNeedsCertificates() {
    assertThatThrownBy(
            () -> new ClusterOptions("192.0.2.1", 1, 0, List.of("192.0.2.1:1"), "any", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void aTakenMembershipPortIsNamedSoon() throws IOException {
    ClusterOptions where = cluster.nextOptions(null);
    try (ServerSocket _ = new ServerSocket(where.port(), 1, InetAddress.getLoopbackAddress())) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> cluster.start(TestCluster.OPTIONS, where))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("Port " + where.port());
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void aTakenBusPortIsNamedAndTheClusterLeft() throws IOException {
    ClusterOptions free = cluster.nextOptions(null);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterOptions where =
          new ClusterOptions(
              free.host(),
              free.port(),
              taken.getLocalPort(),
              free.members(),
              free.clusterName(),
              null);
      assertThatThrownBy(() -> cluster.start(TestCluster.OPTIONS, where))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("Port " + taken.getLocalPort());
      // The membership port is free again: nothing was left running.
      MeshBed.eventually(() -> canListen(free.port()));
    }
  }

  private static boolean canListen(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aFrameThatWasLostFailsTheStream() {
    ClusteredMesh producer = cluster.start();
    ClusteredMesh reader = cluster.start();
    Promise<Void> cancelled = Promise.promise();
    producer
        .mesh()
        .serve(
            MeshBed.COUNT,
            (_, context, out) -> {
              context.cancellation().onCancel(cancelled::tryComplete);
              out.write(new MeshBed.Item(0));
            });
    MeshBed.eventually(() -> !reader.mesh().directory().serving("test").isEmpty());
    AtomicInteger items = new AtomicInteger();
    Promise<Void> failed = Promise.promise();
    reader
        .vertx()
        .runOnContext(
            _ ->
                reader
                    .mesh()
                    .call(MeshBed.COUNT, new Ask(""), MeshBed.within(5_000))
                    .handler(_ -> items.incrementAndGet())
                    .exceptionHandler(failed::tryFail));
    MeshBed.eventually(() -> items.get() == 1);
    // The producer's next frame should be number 1; it comes as number 2.
    DeliveryOptions frame =
        new DeliveryOptions()
            .addHeader("k", "items")
            .addHeader("from", TestCluster.clusterId(producer.vertx()))
            .addHeader("id", "1")
            .addHeader("seq", "2");
    producer
        .vertx()
        .eventBus()
        .send(
            "node." + TestCluster.clusterId(reader.vertx()),
            Bodies.encode(new MeshBed.Item(2)),
            frame);
    assertThat(MeshBed.failureOf(failed.future()).code()).isEqualTo("mesh:stream.unavailable");
    assertThat(items).hasValue(1);
    cancelled.future().await();
  }

  @Test
  void vertxOptionsOfTheCallerAreKept() {
    ClusteredMesh node =
        Meshes.clustered(
                new VertxOptions().setEventLoopPoolSize(1),
                builder -> builder,
                TestCluster.OPTIONS,
                cluster.nextOptions(null),
                _ -> new TestIdentities())
            .await();
    try {
      assertThat(((VertxInternal) node.vertx()).nettyEventLoopGroup()).hasSize(1);
    } finally {
      node.mesh().close().await();
      node.vertx().close().await();
    }
  }
}

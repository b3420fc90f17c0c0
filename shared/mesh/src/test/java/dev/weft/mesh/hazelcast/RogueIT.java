package dev.weft.mesh.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.tcp.TcpServer;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What strangers try at the membership ports of a cluster, and that they get nowhere. */
@Timeout(120)
class RogueIT {
  private static final String NAME = "lab";
  private static final Duration JOIN = Duration.ofSeconds(15);

  private final List<Integer> ports = freePorts(4);
  private final List<String> addresses =
      ports.subList(0, 3).stream().map(port -> "127.0.0.1:" + port).toList();
  private final List<HazelcastInstance> running = new ArrayList<>();
  private final List<Socket> strangers = new ArrayList<>();
  @TempDir private Path folder = Path.of("");
  private TestCertificates house = ofNobody();
  private HazelcastInstance first = none();
  private HazelcastInstance second = none();

  @SuppressWarnings("NullAway") // set before each test
  private static <T> T ofNobody() {
    return null;
  }

  private static HazelcastInstance none() {
    return ofNobody();
  }

  @BeforeEach
  void formACluster() throws Exception {
    house = new TestCertificates(folder, "house");
    first = member(0);
    second = member(1);
    Canary.READ.set(0);
    eventually(() -> size(first) == 2 && size(second) == 2);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket each : strangers) {
      each.close();
    }
    running.forEach(each -> each.getLifecycleService().terminate());
  }

  private HazelcastInstance member(int index) throws Exception {
    return member(index, house.issue("member" + index));
  }

  private HazelcastInstance member(int index, ClusterOptions.Tls tls) throws Exception {
    HazelcastInstance started =
        Members.start(LockedDown.config(NAME, "127.0.0.1", ports.get(index), addresses), tls);
    running.add(started);
    return started;
  }

  private static int size(HazelcastInstance instance) {
    return instance.getCluster().getMembers().size();
  }

  /** The cluster is what it was, and does what it did. */
  private void assertUnharmed() {
    assertThat(size(first)).isEqualTo(2);
    assertThat(size(second)).isEqualTo(2);
    first.getMap("served").put("on", "yes");
    assertThat(second.getMap("served").get("on")).isEqualTo("yes");
    assertThat(Canary.READ).hasValue(0);
    eventually(() -> acceptedChannels(first) == 0);
  }

  private static int acceptedChannels(HazelcastInstance instance) {
    TcpServer server =
        (TcpServer) ((HazelcastInstanceProxy) instance).getOriginal().node.getServer();
    return MemberServerContext.acceptedChannels(
            server.getConnectionManager(EndpointQualifier.MEMBER))
        .size();
  }

  @Test
  void aBareMemberThatKnowsTheNameStaysAlone() {
    Config config = bare(first.getConfig().getClusterName());
    config.getNetworkConfig().setPort(ports.get(2)).setPortAutoIncrement(false);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(1).setMembers(addresses);
    config.setProperty("hazelcast.max.join.seconds", "5");
    try {
      HazelcastInstance stranger = Hazelcast.newHazelcastInstance(config);
      running.add(stranger);
      assertThat(size(stranger)).isEqualTo(1);
      stranger.getExecutorService("any").submitToAllMembers(new Canary());
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("failed to start");
    }
    Canary.READ.set(0); // what the stranger read itself
    assertUnharmed();
  }

  @Test
  void aClientIsRefusedAndWhereNobodyRefusesItItsObjectsAreRead() throws Exception {
    assertThatThrownBy(() -> client(ports.getFirst(), first.getConfig().getClusterName()))
        .isInstanceOf(IllegalStateException.class);
    assertUnharmed();

    // The same against Hazelcast as it comes: so the canary above would have sung.
    Config open = bare("open");
    open.getNetworkConfig().setPort(ports.get(3)).setPortAutoIncrement(false);
    open.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    open.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    running.add(Hazelcast.newHazelcastInstance(open));
    HazelcastInstance client = client(ports.get(3), "open");
    client.getExecutorService("any").submit(new Canary()).get();
    assertThat(Canary.READ).hasPositiveValue();
  }

  private HazelcastInstance client(int port, String clusterName) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(clusterName);
    config.getNetworkConfig().addAddress("127.0.0.1:" + port);
    config
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(3_000);
    config.setProperty("hazelcast.logging.type", "slf4j");
    HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
    running.add(client);
    return client;
  }

  private static Config bare(String clusterName) {
    Config config = new Config();
    config.setClusterName(clusterName);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    return config;
  }

  @Test
  void aMemberWithACertificateOfItsOwnStaysAlone() throws Exception {
    TestCertificates other = new TestCertificates(folder, "other");
    MemberTls rogue = MemberTls.of(other.issue("rogue", house));
    assertThatThrownBy(rogue::check).isInstanceOf(IOException.class);
    MemberDoor door = new MemberDoor(rogue, (from, failure) -> {});
    Config config = LockedDown.config(NAME, "127.0.0.1", ports.get(2), addresses);
    config.setClusterName(first.getConfig().getClusterName());
    HazelcastInstance stranger =
        HazelcastInstanceFactory.newHazelcastInstance(config, null, new MemberNodeContext(door));
    running.add(stranger);
    assertThat(size(stranger)).isEqualTo(1);
    assertUnharmed();
  }

  @Test
  void silentStrangersAndGarbageHoldUpNobody() throws Exception {
    for (int i = 0; i < 200; i++) {
      stranger();
    }
    byte[] garbage = new byte[64];
    new Random(7).nextBytes(garbage);
    for (int i = 0; i < 20; i++) {
      stranger().getOutputStream().write(garbage);
      stranger().getOutputStream().write("HZC".getBytes(StandardCharsets.US_ASCII));
      stranger()
          .getOutputStream()
          .write("GET /hazelcast HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      stranger().getOutputStream().write(new byte[] {22, 3, 1, 2, 0}); // and never the rest
    }
    long start = System.nanoTime();
    HazelcastInstance third = member(2);
    eventually(() -> size(first) == 3 && size(third) == 3);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("a member joined in " + took.toMillis() + " ms beside 280 strangers");
    assertThat(took).isLessThan(JOIN);
    for (Socket each : strangers) {
      assertEnds(each);
    }
    third.getLifecycleService().terminate();
    eventually(() -> size(first) == 2 && size(second) == 2);
    assertUnharmed();
  }

  private Socket stranger() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress("127.0.0.1", ports.getFirst()), 5_000);
    strangers.add(socket);
    return socket;
  }

  /** The other side closes it, having said nothing but an alert at most. */
  private static void assertEnds(Socket socket) throws IOException {
    socket.setSoTimeout(8_000);
    try {
      assertThat(socket.getInputStream().readAllBytes().length).isLessThan(16);
    } catch (java.net.SocketException e) {
      // A reset is an end too.
    }
  }

  @Test
  void aHandshakeThatIsSlowIsEndedInTime() throws Exception {
    Socket slow = stranger();
    long start = System.nanoTime();
    byte[] hello = new byte[] {22, 3, 1, 1, 0};
    slow.getOutputStream().write(hello);
    try {
      for (int i = 0; i < 100; i++) {
        slow.getOutputStream().write(1);
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // Refused: what this is about.
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(MemberDoor.HELLO.plusSeconds(2));
    assertUnharmed();
  }

  @Test
  void whatAMemberSaidIsWorthNothingTheSecondTimeAndHidesWhatItIs() throws Exception {
    try (Relay relay = new Relay(ports.getFirst())) {
      assertThat(knock(relay.port())).isTrue();
      byte[] said = relay.said();
      Socket again = stranger();
      again.getOutputStream().write(said);
      again.setSoTimeout(4_000);
      // The server's hello, its certificate and an alert: no word that the client is in.
      InputStream answer = again.getInputStream();
      while (answer.read() >= 0) {
        // To its end, which has to come.
      }
    } catch (java.net.SocketException e) {
      // A reset is an end too.
    }
    assertUnharmed();
  }

  /** A whole handshake as members do it; whether it was taken. */
  private boolean knock(int port) throws Exception {
    return knock(port, house.issue("knocking"));
  }

  private static boolean knock(int port, ClusterOptions.Tls files) throws Exception {
    MemberTls tls = MemberTls.of(files);
    try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
      SSLEngine engine = tls.engine(false);
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      new TlsHandshake(engine, channel.socket(), deadline, deadline, new Semaphore(1), () -> {})
          .run();
      return true;
    }
  }

  @Test
  void whoseCertificateNamesNoServiceIsNoMember() throws Exception {
    ClusterOptions.Tls old = house.issue("old", List.of(), "127.0.0.1");
    assertThatThrownBy(() -> knock(ports.getFirst(), old)).isInstanceOf(IOException.class);
    assertThat(knock(ports.getFirst())).isTrue();
    assertUnharmed();
  }

  @Test
  void membersSayNothingInClear() throws Exception {
    try (Relay relay = new Relay(ports.getFirst())) {
      Config config =
          LockedDown.config(NAME, "127.0.0.1", ports.get(2), List.of("127.0.0.1:" + relay.port()));
      HazelcastInstance third = Members.start(config, house.issue("third"));
      running.add(third);
      eventually(() -> size(first) == 3 && size(third) == 3);
      String said = new String(relay.said(), StandardCharsets.ISO_8859_1);
      assertThat(said.length()).isGreaterThan(1_000);
      assertThat(said)
          .doesNotContain("HZC")
          .doesNotContain(first.getConfig().getClusterName())
          .doesNotContain("127.0.0.1");
      third.getLifecycleService().terminate();
    }
    eventually(() -> size(first) == 2 && size(second) == 2);
    assertUnharmed();
  }

  @Test
  void aMemberThatDoesNotManageItsFirstHandshakesIsTriedAgain() throws Exception {
    try (Relay relay = new Relay(ports.getFirst(), 12)) {
      Config config =
          LockedDown.config(NAME, "127.0.0.1", ports.get(2), List.of("127.0.0.1:" + relay.port()));
      HazelcastInstance third = Members.start(config, house.issue("third"));
      running.add(third);
      assertThat(size(third)).as("it has not made a cluster of its own").isEqualTo(3);
      third.getLifecycleService().terminate();
    }
    eventually(() -> size(first) == 2 && size(second) == 2);
    assertUnharmed();
  }

  @Test
  void keysOfTlsAreRenewedWhileMembersTalk() throws Exception {
    // One key is good for 2^37 bytes: here for 2^18.
    Path security = folder.resolve("short-lived-keys.security");
    Files.writeString(security, "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^18\n");
    ClusterOptions.Tls tls = house.issue("keys");
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Djava.security.properties=" + security,
                "-Djavax.net.debug=ssl:handshake",
                "-cp",
                System.getProperty("java.class.path"),
                NewKeysMain.class.getName(),
                ports.get(2).toString(),
                ports.get(3).toString(),
                tls.caCertificate(),
                tls.certificate(),
                tls.privateKey())
            .redirectErrorStream(true)
            .start();
    try {
      List<String> lines = process.inputReader().lines().toList();
      assertThat(lines).contains("same");
      assertThat(
              lines.stream()
                  .filter(
                      line ->
                          line.contains("Produced post-handshake KeyUpdate")
                              || line.contains("KeyUpdate: write key updated"))
                  .count())
          .isGreaterThan(10);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aFloodIsHeldToANumberAndTheNewestGetIn() throws Exception {
    List<String> refused = new ArrayList<>();
    MemberTls tls = MemberTls.of(house.issue("door"));
    MemberDoor door =
        new MemberDoor(
            tls,
            (from, failure) -> {
              synchronized (refused) {
                refused.add(from);
              }
            });
    try (ServerSocket server = listenAsChannel()) {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!server.isClosed()) {
                  accept(server, door);
                }
              });
      int port = server.getLocalPort();
      List<Socket> flood = new ArrayList<>();
      for (int i = 0; i < MemberDoor.MAX_WAITING + 50; i++) {
        flood.add(new Socket("127.0.0.1", port));
      }
      assertThat(knock(port)).isTrue();
      assertThat(door.waiting()).isLessThanOrEqualTo(MemberDoor.MAX_WAITING);
      for (Socket each : flood) {
        each.close();
      }
      eventually(() -> door.waiting() == 0);
      assertThat(refused).hasSize(flood.size());
    }
  }

  private static ServerSocket listenAsChannel() throws IOException {
    return java.nio.channels.ServerSocketChannel.open()
        .bind(new InetSocketAddress("127.0.0.1", 0), 1_000)
        .socket();
  }

  private static void accept(ServerSocket server, MemberDoor door) {
    try {
      Socket socket = server.getChannel().accept().socket();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  door.pass(socket, true);
                } catch (IOException e) {
                  // Told to whom it concerns.
                }
              });
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = open.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket each : open) {
        each.close();
      }
      return ports;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Passes bytes on to a port and keeps those that were sent there. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final int target;
    private int dropping;

    Relay(int target) throws IOException {
      this(target, 0);
    }

    /** One that drops so many connections before. */
    Relay(int target, int dropping) throws IOException {
      this.target = target;
      this.dropping = dropping;
      Thread.ofVirtual().start(this::run);
    }

    int port() {
      return server.getLocalPort();
    }

    synchronized byte[] said() {
      return said.toByteArray();
    }

    private void run() {
      while (!server.isClosed()) {
        try {
          Socket from = server.accept();
          if (dropping-- > 0) {
            from.close();
            continue;
          }
          Socket to = new Socket("127.0.0.1", target);
          Thread.ofVirtual().start(() -> copy(from, to, true));
          Thread.ofVirtual().start(() -> copy(to, from, false));
        } catch (IOException e) {
          // Closed.
        }
      }
    }

    private void copy(Socket from, Socket to, boolean kept) {
      byte[] buffer = new byte[8_192];
      try (from;
          to) {
        for (int read = from.getInputStream().read(buffer);
            read >= 0;
            read = from.getInputStream().read(buffer)) {
          if (kept) {
            synchronized (this) {
              said.write(buffer, 0, read);
            }
          }
          to.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        // The other direction ended.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}

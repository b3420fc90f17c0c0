package dev.weft.faults;

import dev.weft.faults.NodeWire.Command.Kind;
import dev.weft.faults.NodeWire.NodeSpec;
import dev.weft.faults.NodeWire.Work;
import dev.weft.mesh.FreePorts;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A database, nodes that host objects, and one that only calls them and is never harmed. All
 * processes end with this one. For one thread.
 */
final class Cluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final int RESTARTS = 2;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final FaultDatabase database;
  private final Network network;
  private final String masterKey;
  private final boolean smallDisk;
  private final List<NodeSpec> specs = new ArrayList<>();
  private final List<PgProxy> proxies = new ArrayList<>();
  private final List<@Nullable NodeProcess> nodes = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private final Map<Integer, NodeWire.Heap> heaps = new TreeMap<>();
  private @Nullable Work work;
  private long lives;
  private long calls;

  /**
   * Starts the database and the nodes.
   *
   * @param hosts how many nodes host objects
   * @param smallDisk whether the database is to be on a disk that can be filled
   */
  Cluster(Path directory, int hosts, Network network, boolean smallDisk) throws Exception {
    this.directory = directory;
    this.network = network;
    this.smallDisk = smallDisk && SmallDisk.mount(directory.resolve("postgres"));
    this.database = new FaultDatabase(directory);
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    this.masterKey = Base64.getEncoder().encodeToString(key);
    Runtime.getRuntime().addShutdownHook(new Thread(this::killAll, "no process stays"));
    try {
      prepare(hosts + 1);
      for (int i = 0; i <= hosts; i++) {
        launch(i);
      }
      for (int i = 0; i <= hosts; i++) {
        node(i).await("ready", START_LIMIT);
      }
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(int count) throws IOException, GeneralSecurityException {
    Path tls = directory.resolve("tls");
    List<String> hosts = new ArrayList<>();
    List<String> members = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hosts.add(network.host(i));
      int port = FreePorts.find(1).getFirst();
      ports.add(port);
      members.add(network.host(i) + ":" + port);
    }
    new TlsAuthority(directory.resolve("authority"))
        .ensure(new NodeCertificate(tls), List.of(FaultNode.SERVICE, "sink"), hosts);
    String name = "faults-" + Long.toString(System.nanoTime(), 36);
    for (int i = 0; i < count; i++) {
      PgProxy proxy =
          new PgProxy(InetAddress.getByName(network.databaseHost()), database.url().port());
      proxies.add(proxy);
      String url = database.url(network.databaseHost(), proxy.port()).uri();
      Path data = Files.createDirectories(directory.resolve("node" + i));
      specs.add(
          new NodeSpec(
              "node" + i,
              data.toString(),
              tls.toString(),
              network.host(i),
              ports.get(i),
              members,
              url,
              name,
              masterKey,
              i < count - 1));
      nodes.add(null);
    }
  }

  private void launch(int index) throws IOException {
    nodes.set(
        index,
        NodeProcess.start(
            specs.get(index), network.wrapper(index), directory.resolve("node" + index + ".log")));
  }

  // ---- what rows ask

  FaultDatabase database() {
    return database;
  }

  Network network() {
    return network;
  }

  Path directory() {
    return directory;
  }

  /** How many nodes host objects; their indexes are those below it. */
  int hosts() {
    return specs.size() - 1;
  }

  NodeProcess node(int index) {
    NodeProcess node = nodes.get(index);
    if (node == null) {
      throw new IllegalStateException("node " + index + " does not run");
    }
    return node;
  }

  PgProxy proxy(int index) {
    return proxies.get(index);
  }

  /**
   * Where the histories of work since {@link #begin} lie.
   *
   * @param prefix what names of its objects begin with, to the letter before their numbers
   */
  List<Path> files(String prefix) {
    return startingWith(prefix + "n");
  }

  /** Those of one node's callers. */
  List<Path> files(String prefix, int index) {
    return startingWith(prefix + "n" + index + "-");
  }

  private List<Path> startingWith(String start) {
    return files.stream()
        .filter(file -> file.getFileName().toString().startsWith(start))
        .filter(Files::exists)
        .toList();
  }

  long calls() {
    return calls;
  }

  Map<String, Long> errors() {
    return errors;
  }

  /** Heaps of the nodes that were there at the end of the work, by index. */
  Map<Integer, NodeWire.Heap> heaps() {
    return heaps;
  }

  // ---- work

  /**
   * Lets callers begin: those of all nodes, also of nodes that start later, or only those of the
   * node that is never harmed.
   */
  void begin(Work newWork, boolean everywhere) throws IOException {
    files.clear();
    errors.clear();
    calls = 0;
    work = everywhere ? newWork : null;
    for (int i = everywhere ? 0 : hosts(); i < specs.size(); i++) {
      begin(Kind.BEGIN, i, newWork);
    }
  }

  /** Lets the callers of all nodes end, and begin something else; the history goes on. */
  void change(Work newWork) throws IOException, InterruptedException {
    end();
    work = newWork;
    for (int i = 0; i < specs.size(); i++) {
      begin(Kind.BEGIN, i, newWork);
    }
  }

  /** Lets the callers of one node do something of their own. */
  void beginAt(int index, Work newWork) throws IOException {
    begin(Kind.BEGIN, index, newWork);
  }

  /** Lets more callers begin on all nodes; those of a node that is started later do not. */
  void beginBeside(Work newWork) throws IOException {
    for (int i = 0; i < specs.size(); i++) {
      begin(Kind.BESIDE, i, newWork);
    }
  }

  /** Lets a node collect garbage for so long. */
  void collect(int index, int millis) throws IOException {
    node(index).send(new NodeWire.Command(Kind.COLLECT, null, millis));
  }

  private void begin(Kind kind, int index, Work newWork) throws IOException {
    Path file = directory.resolve(newWork.prefix() + "n" + index + "-" + ++lives + ".jsonl");
    files.add(file);
    long seed = newWork.seed() * 1_009 + lives;
    node(index).send(new NodeWire.Command(kind, newWork.on(file.toString(), seed), 0));
  }

  /** Waits until all callers have ended. */
  void end() throws IOException, InterruptedException {
    work = null;
    heaps.clear();
    for (NodeProcess node : nodes) {
      if (node != null && node.alive()) {
        node.send(new NodeWire.Command(Kind.END, null, 0));
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      NodeProcess node = nodes.get(i);
      if (node != null && node.alive()) {
        NodeWire.Report report = node.await("stopped", STOP_LIMIT);
        heaps.put(i, Objects.requireNonNull(report.heap()));
        calls += report.calls();
        report.errors().forEach((error, count) -> errors.merge(error, count, Long::sum));
      }
    }
  }

  // ---- faults of processes

  void kill(int index) throws InterruptedException {
    node(index).kill();
  }

  /** Starts a node that has ended, and its callers if there is work. */
  void restart(int index) throws IOException, InterruptedException {
    for (int left = RESTARTS; ; left--) {
      launch(index);
      try {
        node(index).await("ready", START_LIMIT);
        break;
      } catch (IOException e) {
        // As a supervisor would: it starts it again. It is told among the errors.
        errors.merge("start of a node: " + e.getMessage(), 1L, Long::sum);
        node(index).kill();
        if (left == 0) {
          throw e;
        }
      }
    }
    Work current = work;
    if (current != null) {
      begin(Kind.BEGIN, index, current);
    }
  }

  private void killAll() {
    for (NodeProcess node : nodes) {
      if (node != null && node.alive()) {
        try {
          Signals.send("CONT", node.pid());
          node.kill();
        } catch (IOException | InterruptedException e) {
          ProcessHandle.of(node.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    }
    proxies.forEach(PgProxy::close);
    network.close();
    database.close();
    if (smallDisk) {
      try {
        SmallDisk.unmount(directory.resolve("postgres"));
      } catch (IOException | InterruptedException e) {
        // It is in memory, and of this machine only.
      }
    }
  }

  @Override
  public void close() {
    killAll();
  }
}

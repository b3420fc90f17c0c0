package dev.weft.faults;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.durable.DurableObjects;
import dev.weft.faults.NodeWire.NodeSpec;
import dev.weft.mesh.UnaryHandler;
import dev.weft.node.Deployment;
import dev.weft.node.Node;
import dev.weft.node.NodeContext;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program of a node under test: hosts the suite's objects, calls those of all nodes as its
 * standard input says, and ends when that does, so that it never outlives its driver.
 */
public final class FaultNode {
  private static final Logger log = LoggerFactory.getLogger(FaultNode.class);
  static final String SERVICE = "faults";

  private static final NodeWire.Report NOTHING = new NodeWire.Report("stopped", "");

  /** So many objects have someone who watches them. */
  private static final int WATCHED = 24;

  private final NodeSpec spec;
  private final NodeHeap heap = new NodeHeap();
  private final List<Working> callers = new ArrayList<>();
  private NodeWire.Report ended = NOTHING;
  private @Nullable Watchers watchers;
  private @Nullable FrameFile frames;

  private FaultNode(NodeSpec spec) {
    this.spec = spec;
  }

  /** The only argument is a {@link NodeSpec} as JSON. */
  public static void main(String[] args) throws Exception {
    FaultNode node = new FaultNode(NodeWire.read(args[0], NodeSpec.class));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      node.run(in);
    } catch (Exception | Error e) {
      log.error("This node gives up", e);
      say(new NodeWire.Report("failed", String.valueOf(e)));
      Runtime.getRuntime().halt(1);
    }
  }

  private void run(BufferedReader in) throws IOException, InterruptedException {
    HostService service = new HostService();
    Node node =
        Node.start(
            new NodeOptions(spec.name(), List.of(service), NodeOptions.Mode.CLUSTER, config()));
    DurableObjects objects = node.context(SERVICE).objects();
    say(new NodeWire.Report("ready", node.mesh().nodeId()));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      NodeWire.Command command = NodeWire.read(line, NodeWire.Command.class);
      switch (command.kind()) {
        case BEGIN -> {
          stopCallers();
          begin(node.vertx(), objects, Objects.requireNonNull(command.work()));
        }
        case BESIDE -> begin(node.vertx(), objects, Objects.requireNonNull(command.work()));
        case END -> {
          stopCallers();
          say(ended.with(heap.look()));
          ended = NOTHING;
        }
        case COLLECT -> heap.collectFor(command.millis());
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private void begin(Vertx vertx, DurableObjects objects, NodeWire.Work work) throws IOException {
    callers.add(Callers.begin(objects, work));
    FrameFile file = frames;
    if (file != null && work.workload().equals("outputs")) {
      Watchers fresh = new Watchers(vertx, objects, file);
      fresh.watch(work.prefix(), WATCHED);
      watchers = fresh;
    }
  }

  private void stopCallers() throws IOException, InterruptedException {
    Watchers watching = watchers;
    if (watching != null) {
      watching.stop();
      watchers = null;
    }
    for (Working running : callers) {
      ended = ended.plus(running.stop());
    }
    callers.clear();
  }

  private static synchronized void say(NodeWire.Report report) {
    System.out.println(NodeWire.MARK + NodeWire.write(report));
    System.out.flush();
  }

  private Config config() {
    Map<String, Object> values = new HashMap<>();
    set(values, NodeKeys.DATA, spec.data());
    set(values, NodeKeys.MASTER_KEY, spec.masterKey());
    set(values, NodeKeys.DATABASE_URL, spec.database());
    set(values, NodeKeys.CLUSTER_NAME, spec.clusterName());
    set(values, NodeKeys.CLUSTER_HOST, spec.host());
    set(values, NodeKeys.CLUSTER_PORT, spec.port());
    set(values, NodeKeys.CLUSTER_MEMBERS, spec.members());
    set(values, NodeKeys.CLUSTER_TLS_DIRECTORY, spec.tls());
    set(values, NodeKeys.MANAGEMENT_PORT, 0);
    // A machine that is busy starting all nodes at once takes its time.
    set(values, NodeKeys.DATABASE_WAIT, Duration.ofMinutes(1));
    return new Settings(Map.copyOf(values));
  }

  private static <T> void set(Map<String, Object> values, ConfigKey<T> key, T value) {
    values.put(key.name(), value);
  }

  private record Settings(Map<String, Object> values) implements Config {
    @Override
    @SuppressWarnings("unchecked") // set took the value with its key
    public <T> T get(ConfigKey<T> key) {
      return (T) values.getOrDefault(key.name(), key.defaultValue());
    }

    @Override
    public String origin(ConfigKey<?> key) {
      return values.containsKey(key.name()) ? "driver" : "default";
    }
  }

  /** The service of such a node. */
  private final class HostService implements Service {
    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of(SERVICE, 0, 0, "/health");
    }

    @Override
    public Needs needs() {
      return Needs.OBJECTS;
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      if (spec.hosts()) {
        return List.of(
            Deployment.onVirtualThreads(() -> starting(() -> TestObjects.host(node.objects()))));
      }
      // The node that only calls also takes what objects send outside.
      FrameFile file = FrameFile.open(Path.of(spec.data()).resolveSibling("frames.jsonl"));
      frames = file;
      return List.of(
          Deployment.onVirtualThreads(
              () ->
                  starting(
                      () ->
                          node.mesh()
                              .serve(
                                  Namespaces.SINK,
                                  UnaryHandler.blocking(
                                      (frame, call) -> {
                                        file.write(frame);
                                        return new Namespaces.Received(true);
                                      })))));
    }

    private VerticleBase starting(Supplier<Future<?>> start) {
      return new VerticleBase() {
        @Override
        public Future<?> start() {
          return start.get();
        }
      };
    }
  }
}

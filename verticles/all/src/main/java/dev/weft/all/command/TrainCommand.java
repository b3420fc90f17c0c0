package dev.weft.all.command;

import dev.weft.all.cluster.ClusterDatabase;
import dev.weft.all.dev.LocalWeft;
import dev.weft.all.dev.RequestLines;
import dev.weft.all.dev.Urls;
import dev.weft.all.terminal.Terminal;
import dev.weft.auth.keys.DevKey;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.gateway.GatewayKeys;
import dev.weft.mesh.FreePorts;
import dev.weft.node.Node;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code weft train}: starts everything, answers one streamed request and one that is not, and
 * stops; first in one node, then in a cluster of one node a service. The launcher runs it once
 * after a build, so that the JVM can record what later starts need.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
  private static final int READ_TIMEOUT_MILLIS = 30_000;
  private static final String ORIGIN = "train";

  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    String port = String.valueOf(FreePorts.find(1).getFirst());
    LoadedConfig config = options.loader().flag("gateway.port", port, ORIGIN).load();
    RequestLines.configureLog(config, terminal);
    Path data = Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize();
    String url = Urls.gateway(config, config.get(GatewayKeys.PORT));
    try (LocalWeft weft = LocalWeft.start(config)) {
      exercise(url, weft.key().orElse(""));
    }
    cluster(port, config, data, url);
    return 0;
  }

  /** A node for each service, all in this process: what they need of a cluster is recorded too. */
  private void cluster(String port, LoadedConfig config, Path data, String url) throws IOException {
    List<ServiceDescriptor> order = Services.startOrder(Services.ALL);
    List<Integer> free = FreePorts.find(2 * order.size());
    String members =
        free.subList(0, order.size()).stream()
            .map(number -> "127.0.0.1:" + number)
            .collect(Collectors.joining(","));
    Deque<Node> nodes = new ArrayDeque<>();
    try (ClusterDatabase database = ClusterDatabase.open(config, data, url)) {
      try {
        for (int i = 0; i < order.size(); i++) {
          ConfigLoader loader =
              options
                  .loader()
                  .flag(GatewayKeys.PORT.name(), port, ORIGIN)
                  .flag(NodeKeys.CLUSTER_PORT.name(), String.valueOf(free.get(i)), ORIGIN)
                  .flag(NodeKeys.CLUSTER_MEMBERS.name(), members, ORIGIN)
                  .flag(
                      NodeKeys.MANAGEMENT_PORT.name(),
                      String.valueOf(free.get(order.size() + i)),
                      ORIGIN);
          String name = order.get(i).name();
          Service service =
              Service.onClassPath().stream()
                  .filter(candidate -> candidate.name().equals(name))
                  .findFirst()
                  .orElseThrow();
          nodes.push(
              Node.start(
                  new NodeOptions(name, List.of(service), NodeOptions.Mode.CLUSTER, loader.load())
                      .withDatabase(database.url())));
        }
        exercise(url, DevKey.read(data).orElse(""));
      } finally {
        nodes.forEach(Node::stop);
      }
    }
  }

  private static void exercise(String url, String key) throws IOException {
    ask(url, key, "GET /v1/models", "");
    ask(url, key, "GET /health", "");
    for (boolean stream : new boolean[] {false, true}) {
      ask(
          url,
          key,
          "POST /v1/chat/completions",
          """
          {"model": "default", "stream": %s, "messages": [{"role": "user", "content": "Hello"}]}
          """
              .formatted(stream));
    }
  }

  /** A request over a plain socket: an HTTP client's classes would only burden the recording. */
  private static void ask(String url, String key, String what, String body) throws IOException {
    URI uri = URI.create(url);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        what
            + " HTTP/1.1\r\nHost: weft\r\nConnection: close\r\nAuthorization: Bearer "
            + key
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getByName(uri.getHost()), uri.getPort())) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.flush();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
  }
}

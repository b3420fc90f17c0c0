package dev.weft.all.command;

import dev.weft.all.cluster.FreePorts;
import dev.weft.all.dev.LocalWeft;
import dev.weft.all.dev.RequestLines;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.config.LoadedConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code weft train}: starts everything, answers one streamed request and one that is not, and
 * stops. The launcher runs it once after a build, so that the JVM can record what later starts
 * need.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
  private static final int READ_TIMEOUT_MILLIS = 30_000;

  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    String port = String.valueOf(FreePorts.find(1).getFirst());
    LoadedConfig config = options.loader().flag("gateway.port", port, "train").load();
    RequestLines.configureLog(config, terminal);
    try (LocalWeft weft = LocalWeft.start(config)) {
      String key = weft.key().orElse("");
      ask(weft.url(), key, "GET /v1/models", "");
      ask(weft.url(), key, "GET /health", "");
      for (boolean stream : new boolean[] {false, true}) {
        ask(
            weft.url(),
            key,
            "POST /v1/chat/completions",
            """
            {"model": "default", "stream": %s, "messages": [{"role": "user", "content": "Hello"}]}
            """
                .formatted(stream));
      }
    }
    return 0;
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

package dev.weft.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback that nobody listens on, for processes that must know them before they start.
 * They lie outside the range from which the operating system takes the ports of outgoing
 * connections: one of that range may be taken by any connection before it is listened on.
 * Thread-safe.
 */
public final class FreePorts {
  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int FIRST = 10_000;
  private static final int USUAL_END = 32_768;
  private static final int LEAST_RANGE = 2_000;
  private static final int TRIES_A_PORT = 100;

  /** What this process was given already, to be given again only when there is no other. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /**
   * So many different ports, free at the moment of the call.
   *
   * @throws UncheckedIOException when there are not so many
   */
  public static List<Integer> find(int count) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(one());
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no " + count + " ports are free", e);
    } finally {
      open.forEach(FreePorts::close);
    }
  }

  private static ServerSocket one() throws IOException {
    int end = end();
    for (int i = 0; i < TRIES_A_PORT; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, end);
      if (GIVEN.add(port)) {
        try {
          return listen(port);
        } catch (IOException taken) {
          GIVEN.remove(port);
        }
      }
    }
    return listen(0);
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  /** Where the ports of outgoing connections begin; the usual place where that cannot be read. */
  private static int end() {
    try {
      String first = Files.readString(EPHEMERAL).strip().split("\\s+", 2)[0];
      return Math.max(FIRST + LEAST_RANGE, Integer.parseInt(first));
    } catch (IOException | NumberFormatException e) {
      return USUAL_END;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FreePorts() {}
}

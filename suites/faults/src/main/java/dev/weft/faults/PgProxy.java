package dev.weft.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A node's way to PostgreSQL, byte for byte, that can be made to fail where no signal reaches: what
 * was sent may be held back and arrive long after its sender gave up, answers may be lost after the
 * statement took effect, and the link may be cut without either side being told. Thread-safe.
 */
final class PgProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();
  private volatile boolean cut;
  private volatile boolean hiding;
  private volatile boolean closed;

  /**
   * @param host address to listen on
   * @param serverPort where PostgreSQL is, on loopback
   */
  PgProxy(InetAddress host, int serverPort) throws IOException {
    this.listener = new ServerSocket(0, 200, host);
    this.serverPort = serverPort;
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        if (closed) {
          return;
        }
      }
    }
  }

  @SuppressWarnings("resource") // closed by the pair, when either side ends
  private void connect(Socket client) {
    try {
      client.setTcpNoDelay(true);
      Pair pair = new Pair(client);
      pairs.add(pair);
      if (cut) {
        // As with a link that is down: connected or not, nothing comes back.
        return;
      }
      pair.open();
    } catch (IOException e) {
      quietly(client);
    }
  }

  /** From now on nothing passes, on old connections and new ones, and nobody is told. */
  void cut() {
    cut = true;
    pairs.forEach(pair -> pair.holding = true);
  }

  /** What was cut is gone, so that clients connect anew; what comes from now on passes. */
  void mend() {
    cut = false;
    pairs.forEach(Pair::end);
  }

  /**
   * Whether new sessions appear under another name, as through a pooler: then those of a node that
   * is buried are not found and ended by it, and only the commit's own check is left.
   */
  void hideNames(boolean hide) {
    hiding = hide;
  }

  /** What the clients of the connections there are send from now on is held back. */
  List<Pair> hold() {
    List<Pair> held = List.copyOf(pairs);
    held.forEach(pair -> pair.holding = true);
    return held;
  }

  /** Their clients lose these connections; what they sent stays on its way. */
  static void sever(List<Pair> held) {
    held.forEach(pair -> quietly(pair.client));
  }

  /**
   * What was held back arrives after all, from senders that are long gone.
   *
   * @return how many connections had something on its way
   */
  static int deliver(List<Pair> held) {
    int late = 0;
    for (Pair pair : held) {
      late += pair.deliver() ? 1 : 0;
    }
    return late;
  }

  /** Statements take effect, but their answers are lost with the connection. */
  void loseAnswers(long millis) throws InterruptedException {
    List<Pair> now = List.copyOf(pairs);
    now.forEach(pair -> pair.mute = true);
    Thread.sleep(millis);
    now.forEach(Pair::end);
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
    pairs.forEach(Pair::end);
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }

  /** A connection of a client and the one to the server that belongs to it. */
  final class Pair {
    private final Socket client;
    private final ByteArrayOutputStream heldBack = new ByteArrayOutputStream();
    private volatile Socket server = new Socket();
    private volatile boolean holding;
    private volatile boolean mute;

    private Pair(Socket client) {
      this.client = client;
    }

    private void open() throws IOException {
      server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      server.setTcpNoDelay(true);
      Thread.ofVirtual().name("to-server").start(this::requests);
      Thread.ofVirtual().name("to-client").start(this::answers);
    }

    private void requests() {
      byte[] buffer = new byte[16_384];
      try {
        InputStream in = client.getInputStream();
        boolean first = true;
        for (int count; (count = in.read(buffer)) >= 0; first = false) {
          toServer(first && hiding ? renamed(buffer, count) : buffer, count);
        }
      } catch (IOException e) {
        // The client is gone, or was severed.
      }
      if (!holding && !client.isClosed()) {
        end();
      }
    }

    private static byte[] renamed(byte[] bytes, int count) {
      return new String(bytes, 0, count, StandardCharsets.ISO_8859_1)
          .replace("weft-objects ", "weft-through ")
          .getBytes(StandardCharsets.ISO_8859_1);
    }

    private synchronized void toServer(byte[] bytes, int count) throws IOException {
      if (holding) {
        heldBack.write(bytes, 0, count);
      } else {
        server.getOutputStream().write(bytes, 0, count);
      }
    }

    private synchronized boolean deliver() {
      boolean any = heldBack.size() > 0;
      try {
        holding = false;
        server.getOutputStream().write(heldBack.toByteArray());
        heldBack.reset();
        if (client.isClosed()) {
          // The server reads what it was sent before it sees the end.
          server.shutdownOutput();
        }
      } catch (IOException e) {
        return false;
      }
      return any;
    }

    private void answers() {
      byte[] buffer = new byte[16_384];
      try {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count; (count = in.read(buffer)) >= 0; ) {
          if (!mute && !cut && !client.isClosed()) {
            out.write(buffer, 0, count);
          }
        }
      } catch (IOException e) {
        // Either side is gone.
      }
      end();
    }

    private void end() {
      quietly(client);
      quietly(server);
      pairs.remove(this);
    }
  }
}

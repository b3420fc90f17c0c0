package dev.weft.mesh.hazelcast;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Lets members in and nobody else. Each connection has two seconds for its first word and five to
 * become mutual TLS. Of those that have not, so many are kept; when one more comes, the oldest that
 * has said nothing is closed, or else the oldest: a stranger who is silent or slow delays nobody.
 * Thread-safe.
 */
final class MemberDoor {
  /** For the first word of whoever connects. */
  static final Duration HELLO = Duration.ofSeconds(2);

  /** For the whole handshake of whoever connects. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  /** For that with a member that this one connects to: it may be busy, or have just started. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  static final int MAX_WAITING = 256;

  /** Handshakes that compute at once: a flood of them takes two cores at most. */
  private static final int MAX_COMPUTING = 2;

  private final MemberTls tls;
  private final BiConsumer<String, IOException> refused;
  private final Semaphore computing = new Semaphore(MAX_COMPUTING, true);
  private final Set<Socket> silent = new LinkedHashSet<>();
  private final Set<Socket> speaking = new LinkedHashSet<>();
  private final Map<SocketChannel, SSLEngine> passed =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param refused told of each accepted connection that was none of a member, with its address;
   *     any thread
   */
  MemberDoor(MemberTls tls, BiConsumer<String, IOException> refused) {
    this.tls = tls;
    this.refused = refused;
  }

  /**
   * Makes the connection one of two members; blocks for {@link #LIMIT} at most when it was
   * accepted, else for {@link #PATIENCE}.
   *
   * @param socket of a channel that blocks; closed on failure
   * @throws IOException when it is none
   */
  void pass(Socket socket, boolean accepted) throws IOException {
    long now = System.nanoTime();
    long helloDeadline = now + (accepted ? HELLO : PATIENCE).toNanos();
    long deadline = now + (accepted ? LIMIT : PATIENCE).toNanos();
    try {
      if (accepted) {
        enter(socket);
      }
      SSLEngine engine = tls.engine(accepted);
      new TlsHandshake(engine, socket, helloDeadline, deadline, computing, () -> speaks(socket))
          .run();
      passed.put(socket.getChannel(), engine);
    } catch (IOException e) {
      socket.close();
      if (accepted) {
        refused.accept(String.valueOf(socket.getRemoteSocketAddress()), e);
      }
      throw e;
    } catch (GeneralSecurityException | RuntimeException e) {
      socket.close();
      throw new IOException("the handshake failed: " + e, e);
    } finally {
      leave(socket);
    }
  }

  /** The engine of a connection that has passed, once; null for any other. */
  @Nullable SSLEngine take(SocketChannel channel) {
    return passed.remove(channel);
  }

  /** Connections that have not passed yet. */
  synchronized int waiting() {
    return silent.size() + speaking.size();
  }

  private void enter(Socket socket) throws IOException {
    Socket oldest = null;
    synchronized (this) {
      if (silent.size() + speaking.size() >= MAX_WAITING) {
        Set<Socket> those = silent.isEmpty() ? speaking : silent;
        oldest = those.iterator().next();
        those.remove(oldest);
      }
      silent.add(socket);
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  private synchronized void speaks(Socket socket) {
    if (silent.remove(socket)) {
      speaking.add(socket);
    }
  }

  private synchronized void leave(Socket socket) {
    silent.remove(socket);
    speaking.remove(socket);
  }
}

package dev.weft.mesh.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.server.tcp.TcpServer;
import com.hazelcast.internal.server.tcp.TcpServerConnectionManager;
import com.hazelcast.internal.server.tcp.TcpServerContext;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends every connection, made or accepted, through the door before Hazelcast sees it, each on a
 * virtual thread of its own: Hazelcast's sixteen threads for that would be held by as many silent
 * strangers, and nobody would get in meanwhile.
 */
final class MemberServerContext extends TcpServerContext {
  /**
   * So long a member that is there and does not manage a handshake is tried again, as several are
   * that start at once on a busy machine. To take it for absent at once would make a cluster of
   * this member's own.
   */
  private static final Duration TRIED_AGAIN = Duration.ofSeconds(20);

  private final Node joining;
  private final MemberDoor door;
  private final Map<Address, Long> unmanagedSince = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("weft-member-door-", 0).factory());
  private volatile @Nullable Set<Channel> accepted;

  MemberServerContext(Node node, MemberDoor door) {
    super(node, node.getNodeEngine());
    this.joining = node;
    this.door = door;
  }

  /** Called once, with the server that this is the context of. */
  void serves(TcpServer server) {
    accepted = acceptedChannels(server.getConnectionManager(EndpointQualifier.MEMBER));
  }

  /**
   * Channels that were accepted and not started. Hazelcast forgets those that an interceptor lets
   * pass and keeps each that it refuses for as long as it runs.
   */
  @SuppressWarnings("unchecked") // a set of channels, or the tests of this package fail
  static Set<Channel> acceptedChannels(TcpServerConnectionManager manager) {
    try {
      Field field = manager.getClass().getSuperclass().getDeclaredField("acceptedChannels");
      field.setAccessible(true);
      return (Set<Channel>) field.get(manager);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of Hazelcast is another than the known one", e);
    }
  }

  @Override
  public boolean isSocketInterceptorEnabled(EndpointQualifier qualifier) {
    return true; // so that what is accepted comes by submitAsync, and not on the accepting thread
  }

  @Override
  public void interceptSocket(EndpointQualifier qualifier, Socket socket, boolean onAccept)
      throws IOException {
    socket.getChannel().configureBlocking(true);
    if (onAccept) {
      door.pass(socket, true);
      return;
    }
    Address to = new Address((InetSocketAddress) socket.getRemoteSocketAddress());
    try {
      door.pass(socket, false);
      unmanagedSince.remove(to);
    } catch (SSLException e) {
      throw e; // it is no member of this cluster
    } catch (IOException e) {
      unmanagedSince.putIfAbsent(to, System.nanoTime());
      throw e;
    }
  }

  @Override
  public void onFailedConnection(Address address) {
    Long since = unmanagedSince.get(address);
    boolean again = since != null && System.nanoTime() - since < TRIED_AGAIN.toNanos();
    if (!again || joining.getClusterService().isJoined()) {
      super.onFailedConnection(address);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // as the inherited one does: a task returns nothing
  public Future<Void> submitAsync(Runnable task) {
    return (Future<Void>)
        threads.submit(
            () -> {
              try {
                task.run();
              } finally {
                forgetRefused();
              }
            });
  }

  private void forgetRefused() {
    Set<Channel> all = accepted;
    if (all != null) {
      all.removeIf(Channel::isClosed);
    }
  }
}

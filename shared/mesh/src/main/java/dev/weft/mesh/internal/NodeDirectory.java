package dev.weft.mesh.internal;

import dev.weft.mesh.Directory;
import dev.weft.mesh.trust.KnownNode;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.trust.RefusedClaims;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which other nodes are there. Each says so when what it says has changed, and once a second at
 * rest. A connection to each other node that carries nothing tells at once when its process ends:
 * then, and when it is silent, it is looked at. If its port refuses a connection it is gone, else
 * it may only be slow and has five seconds. One that says good-bye is gone at once; so is one that
 * Hazelcast has removed where there are no certificates, else that is a reason to look.
 *
 * <p>Kept on the inbox's context; reads are safe from any thread.
 */
final class NodeDirectory implements Directory {
  private static final Logger log = LoggerFactory.getLogger(NodeDirectory.class);
  private static final long MIN_TICK_MILLIS = 50;
  private static final long MAX_TICK_MILLIS = 250;
  private static final int TICKS_A_SILENCE = 12;
  private static final long BEAT_NANOS = Duration.ofMillis(250).toNanos();
  private static final long REST_BEAT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SUSPECT_NANOS = Duration.ofMillis(2_500).toNanos();
  private static final long GONE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long OWN_STALL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long DISAGREEMENT_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long MAX_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int PROBE_MILLIS = 300;
  private static final int MAX_FAREWELLS = 1_000;

  private final MeshCore core;
  private final Context context;
  private final ClusterMembers members;
  private final Bus bus;
  private final StreamPulse pulse;
  private final NetClient prober;
  private final NodeWatch watch;
  private final Map<String, Peer> peers = new ConcurrentHashMap<>();
  private final Map<String, Unheard> unheard = new ConcurrentHashMap<>();
  private final Set<String> departed = ConcurrentHashMap.newKeySet();

  /** Nodes that said good-bye: the last word of a process, whatever comes of it later. */
  private final Set<String> farewells = recent(MAX_FAREWELLS);

  private final Set<String> probing = ConcurrentHashMap.newKeySet();
  private final Absences absences;
  private final List<Consumer<Directory>> listeners = new CopyOnWriteArrayList<>();
  private volatile NodeState state = NodeState.STARTING;
  private volatile boolean agrees = true;
  private volatile boolean left;
  private long timer = -1;
  private long tickNanos = System.nanoTime();
  private long beatNanos;
  private long toldNanos;
  private @Nullable Beat told;
  private long pulseNanos;
  private long agreedNanos = System.nanoTime();

  NodeDirectory(
      MeshCore core, Context context, ClusterMembers members, Bus bus, NetClientOptions toPeers) {
    this.core = core;
    this.absences = new Absences(core.options().time());
    this.context = context;
    this.members = members;
    this.bus = bus;
    this.pulse = new StreamPulse(bus, core.options().streamSilence().toNanos());
    this.prober =
        core.vertx().createNetClient(new NetClientOptions().setConnectTimeout(PROBE_MILLIS));
    this.watch = new NodeWatch(core.vertx().createNetClient(toPeers));
    members.onRemoved(clusterId -> context.runOnContext(_ -> removed(clusterId)));
  }

  /** A set that forgets the oldest beyond so many. */
  private static Set<String> recent(int most) {
    return Collections.newSetFromMap(
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > most;
          }
        });
  }

  /** A member that has not answered yet: it is tried less and less often. */
  private record Unheard(long nextNanos, long pauseNanos) {}

  /** Begins to look and to tell; on the context. */
  void start() {
    long silenceMillis = core.options().streamSilence().toMillis();
    long tick = Math.clamp(silenceMillis / TICKS_A_SILENCE, MIN_TICK_MILLIS, MAX_TICK_MILLIS);
    timer = core.vertx().setPeriodic(tick, _ -> tick());
  }

  void stop() {
    core.vertx().cancelTimer(timer);
    prober.close();
    watch.close();
  }

  void become(NodeState newState) {
    state = newState;
    changed();
  }

  /** What this node serves or is has changed: tells the others now. */
  Future<Void> announce() {
    return left ? Future.succeededFuture() : tell(beat(), System.nanoTime());
  }

  private Future<Void> tell(Beat said, long now) {
    told = said;
    toldNanos = now;
    Buffer beat = Bodies.encode(said);
    List<Future<Void>> told = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.beat() != null) {
        told.add(bus.sendBeat(peer.clusterId, beat.copy()).otherwiseEmpty());
      }
    }
    return Future.all(told).mapEmpty();
  }

  /** Ends what this node still has running elsewhere and says good-bye; the last word. */
  Future<Void> leave() {
    left = true;
    for (Peer peer : peers.values()) {
      peer.calls.values().forEach(call -> call.lost(true));
    }
    List<Future<Void>> told = new ArrayList<>();
    for (Peer peer : peers.values()) {
      MultiMap headers = Wire.headers(Wire.Kind.LEAVING);
      told.add(bus.send(peer, headers, Buffer.buffer(0)).otherwiseEmpty());
    }
    return Future.all(told).mapEmpty();
  }

  private Beat beat() {
    return new Beat(
        core.nodeId(),
        core.options().nodeName(),
        core.options().version(),
        state,
        core.registry().endpoints(),
        core.registry().running(),
        core.startedAt(),
        Set.of(Wire.PARTS));
  }

  /** Looks and tells; on the context. */
  void tick() {
    long now = System.nanoTime();
    long since = now - tickNanos;
    tickNanos = now;
    if (since > OWN_STALL_NANOS) {
      // This node did not look for a while (a long collection, a stopped process): what the others
      // said meanwhile is still to be read.
      peers.values().forEach(peer -> peer.forgive(since));
    }
    if (now - beatNanos >= BEAT_NANOS) {
      beatNanos = now;
      sendBeats(now);
      reconcile(now);
      watchAll();
    }
    for (Peer peer : peers.values()) {
      long silent = peer.silentNanos(now);
      if (silent > GONE_NANOS) {
        gone(peer, "was silent for too long");
      } else if (silent > SUSPECT_NANOS) {
        suspect(peer);
      }
    }
    if (now - pulseNanos >= core.options().streamSilence().toNanos() / 3) {
      pulseNanos = now;
      peers.values().forEach(pulse::beat);
    }
  }

  private void sendBeats(long now) {
    Beat beat = beat();
    if (!beat.equals(told) || now - toldNanos >= REST_BEAT_NANOS) {
      tell(beat, now);
    }
    Set<String> reachable = members.reachable();
    for (String clusterId : reachable) {
      Peer peer = peers.get(clusterId);
      Unheard before = unheard.get(clusterId);
      if ((peer == null || peer.beat() == null)
          && !departed.contains(clusterId)
          && !farewells.contains(clusterId)
          && (before == null || now - before.nextNanos >= 0)) {
        long pause = before == null ? BEAT_NANOS : Math.min(before.pauseNanos * 2, MAX_PAUSE_NANOS);
        unheard.put(clusterId, new Unheard(now + pause, pause));
        bus.sendBeat(clusterId, Bodies.encode(beat));
      }
    }
    unheard.keySet().retainAll(reachable);
    departed.retainAll(reachable);
  }

  private void watchAll() {
    for (Peer peer : peers.values()) {
      SocketAddress where = peer.beat() == null ? null : members.busAddress(peer.clusterId);
      if (where != null) {
        watch.over(peer.clusterId, where, () -> suspect(peer));
      }
    }
  }

  /** The node, known or not until now. */
  Peer peer(String clusterId) {
    Peer known = peers.get(clusterId);
    return known != null ? known : peers.computeIfAbsent(clusterId, Peer::new);
  }

  /** Takes what a node says of itself; on the context. */
  void heard(Peer peer, Beat said) {
    Beat beat = asCertified(peer, said);
    if (left || beat == null) {
      return; // an answer would bring this node back to life over there
    }
    boolean isNew = peer.beat() == null;
    boolean news = peer.heard(beat);
    if (isNew) {
      unheard.remove(peer.clusterId);
      departed.remove(peer.clusterId);
      log.atInfo().addKeyValue("node", beat.node()).log("node joined");
      bus.sendBeat(peer.clusterId, Bodies.encode(beat()));
    }
    if (news) {
      changed();
    }
  }

  /** As much of a beat as the node's certificate allows it to say; null when it is of another. */
  private @Nullable Beat asCertified(Peer peer, Beat said) {
    KnownNodes known = members.known();
    if (known == null) {
      return said;
    }
    KnownNode node = known.find(peer.clusterId);
    if (node == null || !node.record().node().equals(said.node())) {
      known.refusals().add(RefusedClaims.Kind.NODE, peer.clusterId, said.node());
      return null;
    }
    Set<String> its =
        said.endpoints().stream()
            .filter(node.record()::speaksFor)
            .collect(Collectors.toUnmodifiableSet());
    if (its.size() == said.endpoints().size()) {
      return said;
    }
    String reason = said.endpoints().size() - its.size() + " of its endpoints";
    known.refusals().add(RefusedClaims.Kind.SERVICE, said.node(), reason);
    return said.serving(its);
  }

  /** Looks whether a silent node is there at all. Any thread. */
  void suspect(Peer peer) {
    SocketAddress where = members.busAddress(peer.clusterId);
    if (where == null || !probing.add(peer.clusterId)) {
      return;
    }
    prober
        .connect(where)
        .onComplete(
            (socket, failure) -> {
              probing.remove(peer.clusterId);
              if (socket != null) {
                socket.close();
              } else if (failure instanceof ConnectException
                  && !(failure instanceof ConnectTimeoutException)) {
                context.runOnContext(_ -> departed(peer, "refuses connections"));
              }
            });
  }

  private void removed(String clusterId) {
    Peer peer = peers.get(clusterId);
    if (peer == null || peer.beat() == null) {
      members.gone(clusterId);
    } else if (members.known() == null) {
      gone(peer, "left the cluster");
    } else {
      // Any member can have Hazelcast say so.
      suspect(peer);
    }
  }

  /** Whether the node said good-bye; on the context. */
  boolean saidGoodBye(String clusterId) {
    return farewells.contains(clusterId);
  }

  /** Whether the node is gone and has not spoken since; on the context. */
  boolean isGone(String clusterId) {
    return departed.contains(clusterId);
  }

  /** The node says good-bye; on the context. */
  void goodBye(Peer peer) {
    farewells.add(peer.clusterId);
    gone(peer, "said good-bye");
  }

  /** Nobody listens on the node's port; on the context. */
  private void departed(Peer peer, String why) {
    departed.add(peer.clusterId);
    gone(peer, why);
  }

  /** The node is there no more: ends what runs between it and this one; on the context. */
  private void gone(Peer peer, String why) {
    if (!peers.remove(peer.clusterId, peer)) {
      return;
    }
    if (peer.beat() != null) {
      log.atInfo()
          .addKeyValue("node", peer.name())
          .addKeyValue("calls", peer.calls.size())
          .addKeyValue("serving", peer.served.size())
          .log("node gone: {}", why);
    }
    peer.leave();
    members.gone(peer.clusterId);
    watch.end(peer.clusterId);
    peer.calls.values().forEach(call -> call.lost(true));
    bus.forget(peer);
    peer.served.values().forEach(Peer.ServedLink::abandon);
    changed();
  }

  /**
   * The node of that {@code Mesh.nodeId()}; null when it is not there, or may not serve the
   * endpoint. Any thread.
   */
  @Nullable Peer find(String nodeId, String endpoint) {
    for (Peer peer : peers.values()) {
      Beat beat = peer.beat();
      if (beat != null && beat.node().equals(nodeId)) {
        return maySpeakFor(peer, endpoint) ? peer : null;
      }
    }
    return null;
  }

  private boolean maySpeakFor(Peer peer, String endpoint) {
    KnownNodes known = members.known();
    KnownNode node = known == null ? null : known.find(peer.clusterId);
    return known == null || node != null && node.record().speaksFor(endpoint);
  }

  /** The node to give a call to; null when none serves the endpoint. Any thread. */
  @Nullable Peer pick(String endpoint) {
    Peer first = null;
    Peer second = null;
    int serving = 0;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (Peer peer : peers.values()) {
      if (peer.takesCallsTo(endpoint)) {
        serving++;
        // A reservoir of two: each pair is as likely as any other.
        if (first == null) {
          first = peer;
        } else if (second == null) {
          second = peer;
        } else {
          int place = random.nextInt(serving);
          if (place == 0) {
            first = peer;
          } else if (place == 1) {
            second = peer;
          }
        }
      }
    }
    if (first == null || second == null) {
      return first;
    }
    int difference = first.load() - second.load();
    return difference < 0 || difference == 0 && random.nextBoolean() ? first : second;
  }

  /** Whether each of the cluster's members has said who it is. */
  boolean hasHeardAll() {
    return members.getNodes().stream()
        .allMatch(
            id -> {
              Peer peer = peers.get(id);
              return id.equals(members.getNodeId()) || peer != null && peer.beat() != null;
            });
  }

  private void reconcile(long now) {
    Set<String> heard = new HashSet<>();
    peers.values().stream()
        .filter(peer -> peer.beat() != null)
        .forEach(p -> heard.add(p.clusterId));
    heard.add(members.getNodeId());
    if (heard.equals(Set.copyOf(members.getNodes()))) {
      agreedNanos = now;
      agrees = true;
    } else if (agrees && now - agreedNanos > DISAGREEMENT_NANOS) {
      agrees = false;
      log.atWarn()
          .addKeyValue("members", members.getNodes().size())
          .addKeyValue("heard", heard.size())
          .log("the cluster's member list and the nodes that are heard differ");
    }
  }

  /** Tells those who wait and listen that something is different. */
  void changed() {
    Set<String> present = new HashSet<>();
    nodes().stream()
        .filter(node -> node.state() == NodeState.READY)
        .forEach(node -> present.addAll(node.services()));
    absences.update(present);
    core.wake();
    listeners.forEach(listener -> listener.accept(this));
  }

  @Override
  public List<NodeInfo> nodes() {
    List<NodeInfo> all = new ArrayList<>();
    all.add(core.describe(state));
    for (Peer peer : peers.values()) {
      Beat beat = peer.beat();
      if (beat != null) {
        all.add(beat.info());
      }
    }
    return all;
  }

  @Override
  public @Nullable Instant missingSince(String service) {
    return absences.since(service);
  }

  @Override
  public boolean agreesWithCluster() {
    return agrees;
  }

  @Override
  public void onChange(Consumer<Directory> listener) {
    listeners.add(listener);
  }
}

package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.mesh.Directory;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node's mesh within a cluster. */
final class ClusterMesh extends NodeMesh {
  private static final Duration HEAR_ALL = Duration.ofSeconds(3);
  private static final long LOOK_MILLIS = 20;
  private static final long LAST_MESSAGES_MILLIS = 100;

  /**
   * Between saying that no calls are taken and leaving: a busy node may not have heard it yet, and
   * what it sends meanwhile must find someone who refuses it, not nobody.
   */
  private static final long SETTLE_MILLIS = 300;

  private final Context context;
  private final NodeDirectory directory;
  private final RemoteRouter router;
  private final Inbox inbox;
  private final String clusterId;
  private final @Nullable KnownNodes known;

  private ClusterMesh(
      Vertx vertx, MeshOptions options, ClusterMembers members, NetClientOptions toPeers) {
    super(new MeshCore(vertx, options, nodeId(members.known(), options.nodeName())));
    context = Contexts.newEventLoop(vertx);
    clusterId = members.getNodeId();
    known = members.known();
    Bus bus = new Bus(vertx.eventBus(), clusterId, known);
    directory = new NodeDirectory(core, context, members, bus, toPeers);
    router = new RemoteRouter(core, bus, directory);
    inbox = new Inbox(core, context, bus, directory, members);
    core.registry().onChange(this::changed);
  }

  private static String nodeId(@Nullable KnownNodes known, String name) {
    return known == null ? MeshCore.newNodeId(name) : known.own().node();
  }

  /**
   * Opens the node's inbox and gets to know the others.
   *
   * @param toPeers how connections to other nodes' buses are made
   * @return the mesh when the others can call it
   */
  static Future<Mesh> start(
      Vertx vertx,
      MeshOptions options,
      ClusterMembers members,
      NetClientOptions toPeers,
      IdentityVerifier.Factory identities) {
    ClusterMesh mesh = new ClusterMesh(vertx, options, members, toPeers);
    mesh.core.verifyWith(identities.create(mesh));
    Promise<Mesh> started = Promise.promise();
    mesh.context.runOnContext(
        _ ->
            mesh.inbox
                .open(vertx.eventBus(), mesh.clusterId)
                .compose(_ -> mesh.meetOthers())
                .<Mesh>map(mesh)
                .onComplete(started));
    return started.future();
  }

  private Future<Void> meetOthers() {
    directory.start();
    Promise<Void> met = Contexts.promise(context);
    long deadline = System.nanoTime() + HEAR_ALL.toNanos();
    until(
        () -> {
          directory.tick();
          return directory.hasHeardAll() || System.nanoTime() - deadline >= 0;
        },
        met);
    return met.future()
        .compose(
            _ -> {
              directory.become(Directory.NodeState.READY);
              return directory.announce();
            });
  }

  private void until(BooleanSupplier condition, Promise<Void> done) {
    if (condition.getAsBoolean()) {
      done.complete();
    } else {
      Contexts.setTimer(context, LOOK_MILLIS, _ -> until(condition, done));
    }
  }

  private void changed() {
    directory.changed();
    directory.announce();
  }

  @Override
  Call.Router router() {
    return router;
  }

  @Override
  Future<Void> served() {
    return directory.announce();
  }

  @Override
  boolean maySpeakFor(Endpoint<?, ?> endpoint) {
    return known == null || known.own().record().speaksFor(endpoint.name());
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  Future<Void> drainAndLeave() {
    return Future.future(done -> context.runOnContext(_ -> leave().onComplete(done)));
  }

  private Future<Void> leave() {
    Future<Void> drained = core.drain();
    directory.become(Directory.NodeState.DRAINING);
    return directory
        .announce()
        .compose(_ -> Contexts.after(context, SETTLE_MILLIS))
        .compose(_ -> drained)
        .compose(
            _ -> {
              core.depart();
              directory.stop();
              return directory.leave();
            })
        .compose(_ -> inbox.close())
        // What is on its way to the sockets should get there.
        .compose(_ -> Contexts.after(context, LAST_MESSAGES_MILLIS))
        .compose(_ -> core.stop());
  }
}

package dev.weft.mesh.internal;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node's mesh within a cluster. */
final class ClusterMesh implements Mesh {
  private static final Duration HEAR_ALL = Duration.ofSeconds(3);
  private static final long LOOK_MILLIS = 20;
  private static final long LAST_MESSAGES_MILLIS = 100;

  /**
   * Between saying that no calls are taken and leaving: a busy node may not have heard it yet, and
   * what it sends meanwhile must find someone who refuses it, not nobody.
   */
  private static final long SETTLE_MILLIS = 300;

  private final MeshCore core;
  private final ContextInternal context;
  private final NodeDirectory directory;
  private final RemoteRouter router;
  private final Inbox inbox;
  private final String clusterId;
  private @Nullable Future<Void> closed;

  private ClusterMesh(Vertx vertx, MeshOptions options, ClusterMembers members) {
    core = new MeshCore(vertx, options, this::changed);
    context = ((VertxInternal) vertx).createEventLoopContext();
    clusterId = members.getNodeId();
    Bus bus = new Bus(vertx.eventBus(), clusterId);
    directory = new NodeDirectory(core, context, members, bus);
    router = new RemoteRouter(core, bus, directory);
    inbox = new Inbox(core, context, bus, directory);
  }

  /**
   * Opens the node's inbox and gets to know the others.
   *
   * @return the mesh when the others can call it
   */
  static Future<Mesh> start(
      Vertx vertx,
      MeshOptions options,
      ClusterMembers members,
      Meshes.IdentityVerifierFactory identities) {
    ClusterMesh mesh = new ClusterMesh(vertx, options, members);
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
    Promise<Void> met = context.promise();
    long deadline = System.nanoTime() + HEAR_ALL.toNanos();
    until(() -> directory.hasHeardAll() || System.nanoTime() - deadline >= 0, met);
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
      context.setTimer(LOOK_MILLIS, _ -> until(condition, done));
    }
  }

  private void changed() {
    directory.changed();
    directory.announce();
  }

  @Override
  public String nodeId() {
    return core.nodeId();
  }

  @Override
  public <Q, R> Future<Void> serve(
      UnaryEndpoint<Q, R> endpoint, ServeOptions options, UnaryHandler<Q, R> handler) {
    core.serve(endpoint, options, handler);
    return directory.announce();
  }

  @Override
  public <Q, R> Future<Void> serve(
      StreamEndpoint<Q, R> endpoint, ServeOptions options, StreamHandler<Q, R> handler) {
    core.serve(endpoint, options, handler);
    return directory.announce();
  }

  @Override
  public <Q, R> Future<R> call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    return unary(null, endpoint, request, callContext);
  }

  @Override
  public <Q, R> Future<R> callNode(
      String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    return unary(node, endpoint, request, callContext);
  }

  private <Q, R> Future<R> unary(
      @Nullable String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    var call =
        new UnaryCall<>(
            core, router, core.vertx().getOrCreateContext(), endpoint, request, callContext, node);
    call.start();
    return call.future();
  }

  @Override
  public <Q, R> MeshStream<R> call(
      StreamEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    return stream(null, endpoint, request, callContext);
  }

  @Override
  public <Q, R> MeshStream<R> callNode(
      String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    return stream(node, endpoint, request, callContext);
  }

  private <Q, R> MeshStream<R> stream(
      @Nullable String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext callContext) {
    return new StreamCall<>(
            core, router, core.vertx().getOrCreateContext(), endpoint, request, callContext, node)
        .open();
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Promise<Void> done = core.vertx().getOrCreateContext().promise();
      closed = done.future();
      context.runOnContext(_ -> drainAndLeave().onComplete(done));
    }
    return closed;
  }

  private Future<Void> drainAndLeave() {
    Future<Void> drained = core.drain();
    directory.become(Directory.NodeState.DRAINING);
    return directory
        .announce()
        .compose(_ -> context.timer(SETTLE_MILLIS))
        .compose(_ -> drained)
        .compose(
            _ -> {
              router.stop();
              directory.stop();
              return directory.leave();
            })
        .compose(_ -> inbox.close())
        // What is on its way to the sockets should get there.
        .compose(_ -> context.timer(LAST_MESSAGES_MILLIS).mapEmpty())
        .compose(_ -> core.stop());
  }
}

package dev.weft.mesh;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * CPU time per call and per item, all processes together. Run with the test class path; takes a
 * minute. Not a test: figures depend on the machine.
 */
public final class MeshBench {
  private static final OperatingSystemMXBean OS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int CONCURRENT = 32;

  private MeshBench() {}

  public static void main(String[] args) throws Exception {
    local();
    clustered();
    System.exit(0);
  }

  private static void local() {
    Vertx vertx = Vertx.vertx();
    Mesh mesh = Meshes.local(vertx, MeshOptions.named("bench", "1"), _ -> new TestIdentities());
    vertx
        .deployVerticle(
            _ -> {
              mesh.serve(
                  MeshBed.SECURED, (ask, _) -> Future.succeededFuture(new MeshBed.Answer("ok")));
              mesh.serve(
                  MeshBed.ECHO,
                  (ask, _) ->
                      Future.future(
                          done -> vertx.runOnContext(_ -> done.complete(new MeshBed.Answer("")))));
              mesh.serve(MeshBed.COUNT, (ask, context, out) -> produce(out, 0));
              return Future.succeededFuture();
            },
            new DeploymentOptions())
        .await();
    for (int round = 0; round < 4; round++) {
      calls("local call, answered at once", vertx, mesh, true, 1_000_000, null);
      calls("local call, answered a turn later", vertx, mesh, false, 500_000, null);
      streams("local stream item", vertx, mesh);
    }
    mesh.close().await();
    vertx.close().await();
  }

  private static void clustered() throws IOException {
    try (TestCluster cluster = new TestCluster(2)) {
      ClusteredMesh node = cluster.start();
      Process peer = PeerMain.start(cluster);
      try {
        for (int round = 0; round < 5; round++) {
          calls("call to another process", node.vertx(), node.mesh(), false, 60_000, peer);
        }
      } finally {
        peer.destroyForcibly();
      }
    }
  }

  private static void produce(StreamWriter<MeshBed.Item> out, int from) {
    int[] next = {from};
    Runnable fill =
        () -> {
          while (next[0] < 1_000_000 && !out.writeQueueFull()) {
            out.write(new MeshBed.Item(next[0]++));
          }
          if (next[0] == 1_000_000) {
            next[0]++;
            out.end();
          }
        };
    out.drainHandler(_ -> fill.run());
    fill.run();
  }

  private static long cpuNanos(@Nullable Process peer) {
    long other =
        peer == null
            ? 0
            : peer.toHandle().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    return OS.getProcessCpuTime() + other;
  }

  private static void report(String what, long count, long cpu, long start) {
    System.out.printf(
        "%-36s %7.2f us CPU each, %,9d/s%n",
        what, cpu / 1e3 / count, count * 1_000_000_000L / (System.nanoTime() - start));
  }

  private static void calls(
      String what, Vertx vertx, Mesh mesh, boolean secured, int count, @Nullable Process peer) {
    CallContext context =
        CallContext.start(
            CallContext.newRequestId(),
            CallContext.newTraceparent(),
            Duration.ofMinutes(5),
            TestIdentities.token("t", "s", "test:call"));
    long cpu = cpuNanos(peer);
    long start = System.nanoTime();
    Promise<Void> done = Promise.promise();
    int[] left = {count, CONCURRENT};
    vertx.runOnContext(
        _ -> {
          for (int i = 0; i < CONCURRENT; i++) {
            next(vertx, mesh, secured, context, left, done);
          }
        });
    done.future().await();
    report(what, count, cpuNanos(peer) - cpu, start);
  }

  private static void next(
      Vertx vertx,
      Mesh mesh,
      boolean secured,
      CallContext context,
      int[] left,
      Promise<Void> done) {
    int inARow = 0;
    while (left[0]-- > 0) {
      Future<MeshBed.Answer> answer =
          mesh.call(secured ? MeshBed.SECURED : MeshBed.ECHO, new MeshBed.Ask("hi"), context);
      if (answer.succeeded() && ++inARow < 100) {
        continue;
      }
      answer
          .onFailure(done::tryFail)
          .onSuccess(_ -> vertx.runOnContext(_ -> next(vertx, mesh, secured, context, left, done)));
      return;
    }
    if (--left[1] == 0) {
      done.tryComplete();
    }
  }

  private static void streams(String what, Vertx vertx, Mesh mesh) {
    long cpu = cpuNanos(null);
    long start = System.nanoTime();
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        _ ->
            mesh.call(MeshBed.COUNT, new MeshBed.Ask(""), MeshBed.within(60_000))
                .handler(_ -> {})
                .exceptionHandler(done::tryFail)
                .endHandler(_ -> done.complete()));
    done.future().await();
    report(what, 1_000_000, cpuNanos(null) - cpu, start);
  }
}

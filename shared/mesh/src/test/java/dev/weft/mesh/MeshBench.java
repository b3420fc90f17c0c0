package dev.weft.mesh;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * CPU time per call and per item, all processes together. Run with the test class path; takes a
 * minute. With {@code lone LOOPS ROUNDS}: items that travel alone, between two nodes with TLS and
 * so many event loops each. Not a test: figures depend on the machine.
 */
public final class MeshBench {
  private static final OperatingSystemMXBean OS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int CONCURRENT = 32;
  private static final int STREAMS = 8;

  private MeshBench() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("lone")) {
      lone(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    } else {
      local();
      clustered();
    }
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

  /** Two nodes with TLS in this process: at rest, and with streams of an item each 20 ms. */
  private static void lone(int eventLoops, int rounds) throws Exception {
    VertxOptions options =
        new VertxOptions().setEventLoopPoolSize(eventLoops).setPreferNativeTransport(true);
    Path folder = Files.createTempDirectory("mesh-bench");
    TestCertificates authority = new TestCertificates(folder, "bench");
    try (TestCluster cluster = new TestCluster(2)) {
      ClusteredMesh caller = cluster.start(options, cluster.nextOptions(authority.issue("a")));
      ClusteredMesh server = cluster.start(options, cluster.nextOptions(authority.issue("b")));
      server
          .vertx()
          .deployVerticle(
              _ -> {
                server.mesh().serve(MeshBed.COUNT, (_, context, out) -> pace(server, context, out));
                return Future.succeededFuture();
              },
              new DeploymentOptions())
          .await();
      AtomicLong items = new AtomicLong();
      for (int round = 0; round < rounds; round++) {
        long rest = threadNanos();
        Thread.sleep(10_000);
        rest = threadNanos() - rest;
        List<MeshStream<MeshBed.Item>> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
          MeshStream<MeshBed.Item> stream =
              caller.mesh().call(MeshBed.COUNT, new MeshBed.Ask(""), MeshBed.within(5_000));
          stream.exceptionHandler(Throwable::printStackTrace).endHandler(_ -> {});
          stream.handler(_ -> items.incrementAndGet());
          streams.add(stream);
        }
        Thread.sleep(2_000);
        long before = items.get();
        long cpu = threadNanos();
        Thread.sleep(10_000);
        cpu = threadNanos() - cpu;
        long count = items.get() - before;
        streams.forEach(MeshStream::cancel);
        System.out.printf(
            "at rest %.2f %% of a core; %d lone items, %.1f us CPU each, %.1f without rest%n",
            rest / 1e8, count, cpu / 1e3 / count, (cpu - rest) / 1e3 / count);
      }
    }
  }

  /** CPU time of Java's own threads: what the compiler takes in the first minutes is left out. */
  private static long threadNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getAllThreadIds())
        .map(threads::getThreadCpuTime)
        .filter(nanos -> nanos > 0)
        .sum();
  }

  private static void pace(
      ClusteredMesh server, CallContext context, StreamWriter<MeshBed.Item> out) {
    int[] next = {0};
    long timer = server.vertx().setPeriodic(20, _ -> out.write(new MeshBed.Item(next[0]++)));
    context.cancellation().onCancel(() -> server.vertx().cancelTimer(timer));
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

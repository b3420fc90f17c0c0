package dev.weft.mesh;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VertxOptions;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node in a process of its own that can be killed. Echoes; echoes never when asked to {@code
 * hang}; counts for as long as it lives.
 */
public final class PeerMain {

  public static void main(String[] args) throws IOException {
    ClusterOptions.Tls tls =
        args.length < 6 ? null : new ClusterOptions.Tls(args[3], args[4], args[5]);
    ClusterOptions where =
        new ClusterOptions(
            "127.0.0.1", Integer.parseInt(args[1]), 0, List.of(args[2].split(",")), args[0], tls);
    ClusteredMesh node =
        Meshes.clustered(
                new VertxOptions(), b -> b, TestCluster.OPTIONS, where, _ -> new TestIdentities())
            .await();
    node.vertx()
        .deployVerticle(
            _ -> {
              serve(node);
              return Future.succeededFuture();
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
        .await();
    System.out.println("ready");
    // Lives until it is killed or whoever started it is gone.
    if (System.in.read() < 0) {
      Runtime.getRuntime().halt(0);
    }
  }

  private static void serve(ClusteredMesh node) {
    UnaryHandler<MeshBed.Ask, MeshBed.Answer> echo =
        (ask, _) ->
            ask.text().equals("hang")
                ? Promise.<MeshBed.Answer>promise().future()
                : Future.succeededFuture(new MeshBed.Answer(ask.text() + " from the peer"));
    node.mesh().serve(MeshBed.ECHO, echo);
    node.mesh().serve(MeshBed.STEADY, echo);
    node.mesh()
        .serve(
            MeshBed.COUNT,
            (_, context, out) -> {
              int[] next = {0};
              long timer = node.vertx().setPeriodic(5, _ -> out.write(new MeshBed.Item(next[0]++)));
              context.cancellation().onCancel(() -> node.vertx().cancelTimer(timer));
            });
  }

  /** Starts a node without certificates and waits until it is ready. */
  static Process start(TestCluster cluster) throws IOException {
    return start(cluster, null);
  }

  /** Starts a node and waits until it is ready. */
  static Process start(TestCluster cluster, ClusterOptions.@Nullable Tls tls) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeerMain.class.getName()));
    command.addAll(List.of(cluster.nextArguments()));
    if (tls != null) {
      command.addAll(List.of(tls.caCertificate(), tls.certificate(), tls.privateKey()));
    }
    Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    var lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("ready")) {
        return process;
      }
    }
    throw new IOException("the peer ended with " + process.exitValue());
  }

  private PeerMain() {}
}

package dev.weft.bench.objects;

import dev.weft.durable.Stub;
import dev.weft.node.VirtualThreads;
import dev.weft.postgres.DatabaseUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Another process of the benchmark: a node that does what it is told, line by line. Ends with its
 * input, so that it never outlives who started it.
 */
public final class PeerMain {
  /** What an answer begins with, to be told from lines of the log. */
  static final String ANSWER = "= ";

  private final ClusterNode node;
  private final Load load;

  private PeerMain(ClusterNode node) {
    this.node = node;
    this.load = new Load(node.vertx, Plant.EVENT_LOOPS);
  }

  /** Arguments: the cluster's name, and the ports of its nodes, this one's first. */
  public static void main(String[] args) throws IOException {
    VirtualThreads.widen();
    DatabaseUrl url = DatabaseUrl.parse(Objects.requireNonNull(System.getenv("DATABASE_URL")));
    List<Integer> ports = Arrays.stream(args).skip(1).map(Integer::valueOf).toList();
    PeerMain peer = new PeerMain(new ClusterNode(url, args[0], ports));
    System.out.println(ANSWER + "ready");
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      System.out.println(ANSWER + peer.obey(order.split(" ")));
    }
    Runtime.getRuntime().halt(0);
  }

  private String obey(String... order) {
    switch (order[0]) {
      case "host" -> node.host();
      case "drain" -> node.objects.drain().await();
      case "leave" -> node.close();
      case "load" -> {
        return load(order[1], Integer.parseInt(order[2]), Double.parseDouble(order[3]));
      }
      default -> throw new IllegalArgumentException(order[0]);
    }
    return "done";
  }

  /** A closed loop over objects: counts, seconds and quantiles. */
  private String load(String prefix, int objects, double seconds) {
    List<Stub<Box>> stubs =
        IntStream.range(0, objects)
            .mapToObj(i -> node.objects.stub(Box.CLUSTERED, prefix + i))
            .toList();
    Load.Result result =
        load.run(objects, seconds, lane -> stubs.get(lane).call(box -> box.add(1)));
    if (result.failures() > 0) {
      System.err.println(result.firstFailure());
    }
    return result.nanos().length
        + " "
        + result.failures()
        + " "
        + result.perSecond()
        + " "
        + result.millis(0.5)
        + " "
        + result.millis(0.99);
  }
}

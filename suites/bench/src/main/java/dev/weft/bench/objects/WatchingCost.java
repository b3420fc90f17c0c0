package dev.weft.bench.objects;

import dev.weft.durable.Feed;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.FreePorts;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What an item costs that is watched from another node, both in this process: with one subscription
 * of the node, and with a stream of the object's own for each watcher, as it was before.
 */
final class WatchingCost {
  private static final List<Integer> WATCHERS = List.of(1, 100, 1_000);
  private static final long LOOK_MILLIS = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Runs it. */
  static String run(BenchSettings settings, Plant plant) {
    List<Integer> ports = FreePorts.find(2);
    String name = "bench-watch-" + ports.getFirst();
    try (ClusterNode owner = new ClusterNode(plant.server.url(), name, ports);
        ClusterNode watching = new ClusterNode(plant.server.url(), name, ports.reversed())) {
      owner.objects.host(ObjectClass.of(Beacon.BEACONS, BeaconObject::new)).await();
      Load load = new Load(plant.vertx, Plant.EVENT_LOOPS);
      List<Contender> contenders = new ArrayList<>();
      List<Integer> counts = settings.seconds() < 1 ? WATCHERS.subList(0, 2) : WATCHERS;
      for (int count : counts) {
        Watched shared =
            Watched.subscribed(watching, "shared-" + count, count, Beacon::watch, Beacon::flash);
        Watched streams = Watched.streamed(owner, watching, "streams-" + count, count);
        Watched kept =
            Watched.subscribed(
                watching, "kept-" + count, count, Beacon::watchKept, Beacon::flashAndKeep);
        contenders.add(new Loaded(plant, load, shared(count), 1, _ -> shared.flash()));
        contenders.add(new Loaded(plant, load, streams(count), 1, _ -> streams.flash()));
        contenders.add(new Loaded(plant, load, kept(count), 1, _ -> kept.flash()));
      }
      Rounds rounds = Rounds.run(settings, contenders);
      StringBuilder out = new StringBuilder("\n### Watched objects\n\n");
      out.append(
          "One item at a time, published by a call from another node and read there by all who"
              + " watch.\n\n");
      out.append(rounds.table("item"));
      out.append('\n');
      for (int count : counts) {
        out.append(
            ResultTable.format(
                "- %,d watchers on a node: **%.2f ×** the CPU of a stream each%n",
                count,
                ResultTable.median(rounds.of(shared(count)), Round::cpuMillis)
                    / ResultTable.median(rounds.of(streams(count)), Round::cpuMillis)));
      }
      return out.toString();
    }
  }

  private static String shared(int count) {
    return count + " watchers, one subscription";
  }

  private static String streams(int count) {
    return count + " watchers, a stream each";
  }

  private static String kept(int count) {
    return count + " watchers, one subscription, item kept";
  }

  /** An object and those who watch it. */
  private static final class Watched {
    private final Stub<Beacon> stub;
    private final ToLongFunction<Beacon> publication;
    private final int count;
    private final AtomicInteger left = new AtomicInteger();
    private volatile Promise<Void> all = Promise.promise();

    Watched(Stub<Beacon> stub, ToLongFunction<Beacon> publication, int count) {
      this.stub = stub;
      this.publication = publication;
      this.count = count;
    }

    static Watched subscribed(
        ClusterNode watching,
        String name,
        int count,
        Function<Beacon, Feed<Beacon.Flash>> feed,
        ToLongFunction<Beacon> publication) {
      Watched watched =
          new Watched(watching.objects.stub(Beacon.BEACONS, name), publication, count);
      for (int i = 0; i < count; i++) {
        watching
            .vertx
            .getOrCreateContext()
            .runOnContext(_ -> feed.apply(watched.stub.object()).open().handler(watched::received));
      }
      return watched.ready();
    }

    static Watched streamed(ClusterNode owner, ClusterNode watching, String name, int count) {
      Watched watched =
          new Watched(watching.objects.stub(Beacon.BEACONS, name), Beacon::flash, count);
      long ignored = watched.stub.call(Beacon::flash).await();
      ObjectRequest request =
          new ObjectRequest(
              watched.stub.id().hex(),
              null,
              "watch",
              new Fragment("[]".getBytes(StandardCharsets.UTF_8)),
              null,
              0,
              0,
              0,
              List.of(),
              null,
              null);
      for (int i = 0; i < count; i++) {
        Context context = watching.vertx.getOrCreateContext();
        context.runOnContext(
            _ -> {
              MeshStream<ObjectReply> stream =
                  watching
                      .mesh()
                      .callNode(
                          owner.mesh().nodeId(),
                          ObjectEndpoints.watch(Beacon.BEACONS),
                          request,
                          CallContext.background(PATIENCE));
              stream.handler(watched::replied);
            });
      }
      return watched.ready();
    }

    private void replied(ObjectReply reply) {
      Fragment value = reply.value();
      if (value != null) {
        received(Json.decode(value.json(), Beacon.Flash.class));
      }
    }

    private void received(Beacon.Flash flash) {
      if (flash.number() > 0 && left.decrementAndGet() == 0) {
        all.tryComplete();
      }
    }

    /** Publishes until all who are to watch are there. */
    private Watched ready() {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() - end < 0) {
        left.set(Integer.MAX_VALUE);
        long ignored = stub.call(publication::applyAsLong).await();
        pause();
        if (Integer.MAX_VALUE - left.get() == count) {
          return this;
        }
      }
      throw new IllegalStateException("not all watch " + stub);
    }

    private static void pause() {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Publishes one item; completes when all have had it. */
    Future<Void> flash() {
      Promise<Void> promise = Promise.promise();
      all = promise;
      left.set(count);
      return stub.call(publication::applyAsLong).compose(_ -> promise.future());
    }
  }

  private WatchingCost() {}
}

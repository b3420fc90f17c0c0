package dev.weft.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.ServiceDescriptor;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node brings a service's verticles to life and ends them. */
class ServiceLifecycleIT {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();

  @TempDir private Path folder = Path.of("");

  /** Tells what happens to it, and uses something together with its like. */
  private final class Telling extends VerticleBase implements Drainable {
    private final String name;
    private final Shared<Integer> shared;

    Telling(String name, Shared<Integer> shared) {
      this.name = name;
      this.shared = shared;
    }

    @Override
    public Future<?> start() {
      events.add("start " + name);
      return shared.take();
    }

    @Override
    public Future<Void> drain() {
      events.add("drain " + name);
      if (name.equals(troubled)) {
        throw new IllegalStateException("no draining today");
      }
      return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      events.add("stop " + name);
      return shared.leave();
    }
  }

  /** Name of the verticle that cannot be drained. */
  private String troubled = "";

  private final class Telltale implements Service {
    private final boolean failing;

    Telltale(boolean failing) {
      this.failing = failing;
    }

    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of("telltale", 0, 0, "/telltale/health");
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      Shared<Integer> shared =
          new Shared<>(
              () -> Future.succeededFuture(opened.incrementAndGet()),
              number -> {
                events.add("close");
                return Future.succeededFuture();
              });
      return List.of(
          Deployment.onVirtualThreads(() -> new Telling("helper", shared)).single(),
          Deployment.onVirtualThreads(
              () -> {
                if (failing) {
                  throw new IllegalStateException("no main today");
                }
                return new Telling("main", shared);
              }));
    }
  }

  @Test
  void verticlesStartInOrderDrainTogetherAndStopTheOtherWayRound() {
    Node.start(options(false)).stop();

    assertThat(events.subList(0, 2)).containsExactly("start helper", "start main");
    assertThat(events.subList(2, 4)).containsExactlyInAnyOrder("drain helper", "drain main");
    assertThat(events.subList(4, events.size()))
        .containsExactly("stop main", "stop helper", "close");
  }

  @Test
  void theMainVerticleIsDeployedAsOftenAsAskedForAndWhatItSharesOnce() {
    Node.start(options(false).withInstances(3)).stop();

    assertThat(Collections.frequency(events, "start main")).isEqualTo(3);
    assertThat(Collections.frequency(events, "drain main")).isEqualTo(3);
    assertThat(Collections.frequency(events, "stop main")).isEqualTo(3);
    assertThat(Collections.frequency(events, "start helper")).isEqualTo(1);
    assertThat(opened).hasValue(1);
    assertThat(Collections.frequency(events, "close")).isEqualTo(1);
  }

  @Test
  void whatStartedBeforeAFailureIsStopped() {
    assertThatThrownBy(() -> Node.start(options(true)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("no main today");

    assertThat(events).containsExactly("start helper", "drain helper", "stop helper", "close");
  }

  @Test
  void oneThatCannotBeDrainedHoldsUpNothing() {
    troubled = "helper";
    Node.start(options(false)).stop();

    assertThat(events).contains("drain main").endsWith("stop main", "stop helper", "close");
  }

  private NodeOptions options(boolean failing) {
    List<Service> services = List.of(new Telltale(failing));
    return new NodeOptions(
        "test",
        services,
        NodeOptions.Mode.LOCAL,
        Settings.loader(services).flag("data", folder.toString(), "test").load());
  }
}

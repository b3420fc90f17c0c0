package dev.weft.durable.internal.upkeep;

import dev.weft.durable.internal.host.Host;
import dev.weft.mesh.Directory.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets nodes that are gone and on which somebody watched: those that are not there twice in a
 * row. One that was only cut off notes itself again when it asks where its topics stand.
 */
public final class WatcherSweep extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WatcherSweep.class);
  private static final long LOOK_MILLIS = 5_000;

  /** Without a change of the directory it looks each so many times. */
  private static final int SELDOM = 120;

  private static final long ANSWER_MILLIS = 5_000;

  private final Host host;
  private final WatchDesk desk;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile int looksLeft = 2;
  private Set<String> missing = new HashSet<>();
  private int ticks;

  public WatcherSweep(Host host, WatchDesk desk) {
    this.host = host;
    this.desk = desk;
  }

  @Override
  public Future<?> start() {
    host.directory().onChange(_ -> looksLeft = 3);
    vertx.setPeriodic(LOOK_MILLIS, _ -> tick());
    return Future.succeededFuture();
  }

  private void tick() {
    ticks++;
    if (ticks % SELDOM == 0) {
      looksLeft = 2;
    }
    if (looksLeft == 0 || host.incarnation() == null || host.isDraining()) {
      return;
    }
    if (!host.directory().agreesWithCluster() || !looking.compareAndSet(false, true)) {
      return;
    }
    looksLeft--;
    host.store()
        .watchingNodes()
        .compose(this::forget)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(
            (_, failure) -> {
              looking.set(false);
              if (failure != null) {
                log.atDebug().setCause(failure).log("nodes that watched are not forgotten yet");
              }
            });
  }

  private Future<?> forget(List<String> watching) {
    Set<String> there =
        host.directory().nodes().stream().map(NodeInfo::id).collect(Collectors.toSet());
    Set<String> absent = new HashSet<>(watching);
    absent.removeAll(there);
    List<String> gone = absent.stream().filter(missing::contains).toList();
    missing = absent;
    return Future.join(gone.stream().map(desk::gone).toList());
  }
}

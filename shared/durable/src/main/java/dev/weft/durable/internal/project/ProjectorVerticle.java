package dev.weft.durable.internal.project;

import dev.weft.durable.Projector;
import dev.weft.durable.internal.store.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on one projection on one node, as long as it is deployed: looks when it is woken and at
 * least every second. On a virtual thread of its own.
 */
final class ProjectorVerticle<R> extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ProjectorVerticle.class);
  private static final String S = ObjectStore.SCHEMA + ".";

  private static final long LOOK_MILLIS = 1_000;

  /** Records that come at the same time are applied together. */
  private static final long GATHER_MILLIS = 5;

  private static final long BUSY_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long MEASURE_NANOS = 5_000_000_000L;
  private static final long SEEN_NANOS = 60_000_000_000L;

  private static final String LOOK =
      "SELECT p.stream, p.version, p.state = 'BUILDING', p.rebuild, EXISTS (SELECT 1 FROM "
          + S
          + "do_outbox o WHERE o.stream = p.stream AND NOT o.held), EXISTS (SELECT 1 FROM "
          + S
          + "do_outbox_hold h WHERE h.stream = p.stream AND h.retry_at <= now()) FROM "
          + S
          + "do_projection p WHERE p.projection = $1 AND p.state <> 'DEAD' ORDER BY p.stream";

  // Counting stops somewhere: it is done every few seconds.
  private static final String MEASURE =
      "SELECT count(*), coalesce(extract(epoch FROM now() - min(w.created_at)), 0)::float8,"
          + " (SELECT count(*) FROM "
          + S
          + "do_outbox_hold h JOIN "
          + S
          + "do_projection p USING (stream) WHERE p.projection = $1 AND p.state <> 'DEAD')"
          + " FROM (SELECT o.created_at FROM "
          + S
          + "do_projection p CROSS JOIN LATERAL (SELECT o.created_at FROM "
          + S
          + "do_outbox o WHERE o.stream = p.stream AND NOT o.held ORDER BY o.position LIMIT 10000)"
          + " o WHERE p.projection = $1 AND p.state <> 'DEAD') w";

  private static final String SEEN =
      "UPDATE " + S + "do_projection SET seen_at = now() WHERE projection = $1 AND state <> 'DEAD'";

  private final Projector<R> projector;
  private final Asker.Question question;
  private final String nodeId;
  private final MeterRegistry registry;
  private final LongSupplier nanoClock;
  private final Builds builds;
  private final Promise<Void> ended = Promise.promise();
  private volatile Promise<Void> woken = Promise.promise();
  private volatile boolean stopped;

  ProjectorVerticle(
      Projector<R> projector,
      Asker.Question question,
      String nodeId,
      MeterRegistry registry,
      LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.projector = projector;
    this.question = question;
    this.nodeId = nodeId;
    this.registry = registry;
    this.builds = new Builds(projector);
  }

  @Override
  public Future<?> start() {
    builds.begin();
    ProjectorMetrics metrics = new ProjectorMetrics(registry, projector.projection().name());
    Applier<R> applier = new Applier<>(projector, builds, metrics);
    Asker asker = new Asker(projector, question, nodeId);
    context.runOnContext(_ -> work(applier, asker, metrics));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    wake();
    return ended.future();
  }

  /** There may be something to do; any thread. */
  void wake() {
    woken.tryComplete();
  }

  private void work(Applier<R> applier, Asker asker, ProjectorMetrics metrics) {
    long measured = nanoClock.getAsLong() - MEASURE_NANOS;
    long seen = nanoClock.getAsLong();
    long pause = BUSY_MILLIS;
    while (!stopped) {
      Promise<Void> next = Promise.promise();
      woken = next;
      try {
        long sleep = round(applier, asker);
        if (nanoClock.getAsLong() - measured >= MEASURE_NANOS) {
          measured = nanoClock.getAsLong();
          measure(metrics);
        }
        if (nanoClock.getAsLong() - seen >= SEEN_NANOS) {
          seen = nanoClock.getAsLong();
          projector.pool().preparedQuery(SEEN).execute(name()).await();
        }
        pause = BUSY_MILLIS;
        if (sleep > GATHER_MILLIS) {
          Future.any(next.future(), vertx.timer(sleep)).await();
        }
        vertx.timer(GATHER_MILLIS).await();
      } catch (Throwable e) {
        log.atWarn()
            .addKeyValue("projection", projector.projection().name())
            .addKeyValue("pauseMillis", pause)
            .setCause(e)
            .log("A projection is not up to date; it goes on after a pause");
        Future.any(next.future(), vertx.timer(pause)).await();
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
      }
    }
    ended.complete();
  }

  /** Does what there is to do; how long to wait for the next round unless it is woken. */
  private long round(Applier<R> applier, Asker asker) {
    boolean newer = false;
    boolean known = false;
    boolean asked = false;
    long sleep = LOOK_MILLIS;
    List<ProjectionStream> streams = new ArrayList<>();
    for (Row row : projector.pool().preparedQuery(LOOK).execute(name()).await()) {
      streams.add(ProjectionStream.of(row));
    }
    for (ProjectionStream stream : streams) {
      newer |= stream.version() > projector.version();
      if (stream.version() == projector.version()) {
        known = true;
        asked |= stream.rebuild() && streams.size() == 1;
        sleep = Math.min(sleep, serve(stream, applier, asker));
      }
    }
    if (!newer && (!known || asked)) {
      builds.begin();
      return GATHER_MILLIS;
    }
    return sleep;
  }

  private long serve(ProjectionStream stream, Applier<R> applier, Asker asker) {
    Applier.Result result = Applier.Result.DONE;
    if (stream.waits() || stream.due() || stream.building()) {
      result = applier.run(stream);
    }
    if (stream.building() && asker.step(stream)) {
      return GATHER_MILLIS;
    }
    return result == Applier.Result.BUSY || stream.building() ? BUSY_MILLIS : LOOK_MILLIS;
  }

  private void measure(ProjectorMetrics metrics) {
    for (Row row : projector.pool().preparedQuery(MEASURE).execute(name()).await()) {
      metrics.lag(row.getLong(0), row.getDouble(1), row.getLong(2));
    }
  }

  private Tuple name() {
    return Tuple.of(projector.projection().name());
  }
}

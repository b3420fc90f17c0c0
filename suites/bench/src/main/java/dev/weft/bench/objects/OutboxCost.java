package dev.weft.bench.objects;

import dev.weft.durable.Projector;
import dev.weft.durable.Stub;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.IntStream;

/** What a record for a projection adds to a turn, and how fast records are applied. */
final class OutboxCost {
  private static final String WITHOUT = "64 objects, one call each, no record";
  private static final String WITH = "64 objects, one call each, one record a turn";
  private static final String SCHEMA = "bench";
  private static final long LOOK_MILLIS = 20;
  private static final long LONGEST_NANOS = 300_000_000_000L;

  private final BenchSettings settings;
  private final Plant plant;

  private OutboxCost(BenchSettings settings, Plant plant) {
    this.settings = settings;
    this.plant = plant;
  }

  static String run(BenchSettings settings, Plant plant) throws InterruptedException {
    return new OutboxCost(settings, plant).run();
  }

  private String run() throws InterruptedException {
    Load load = new Load(plant.vertx, Plant.EVENT_LOOPS);
    // Records are kept, and not applied yet: their application is measured by itself.
    long stream =
        plant.number(
            "INSERT INTO do_projection (projection, namespace, version, state, tables)"
                + " VALUES ($1, $2, 1, 'LIVE', '{}') RETURNING stream",
            Box.ADDED.name(),
            Box.BOXES.name());
    List<Stub<Box>> plain = stubs("outbox-none-");
    List<Stub<Box>> recording = stubs("outbox-one-");
    Loaded without =
        new Loaded(plant, load, WITHOUT, 64, lane -> plain.get(lane).call(box -> box.add(1)));
    Loaded with =
        new Loaded(
            plant, load, WITH, 64, lane -> recording.get(lane).call(box -> box.addAndRecord(1)));
    Rounds rounds = Rounds.run(settings, List.of(without, with));
    double ratio =
        ResultTable.median(rounds.of(WITH), Round::cpuMillis)
            / ResultTable.median(rounds.of(WITHOUT), Round::cpuMillis);
    return "\n### Records for projections\n\n"
        + rounds.table("turn")
        + ResultTable.format("%nA turn with a record costs **%.2f ×** one without.%n", ratio)
        + applied(stream, with);
  }

  private List<Stub<Box>> stubs(String prefix) {
    return IntStream.range(0, 64).mapToObj(i -> plant.objects.stub(Box.BOXES, prefix + i)).toList();
  }

  /** Applies all that has come together, and checks that it is all there. */
  private String applied(long stream, Loaded with) throws InterruptedException {
    try (Tables tables = new Tables()) {
      long waiting = waiting(stream);
      Cpu.Seconds before = plant.cpu.now();
      long start = System.nanoTime();
      plant.objects.project(Projector.of(Box.ADDED, tables.pool, Tables::apply, "added")).await();
      while (waiting(stream) > 0) {
        if (System.nanoTime() - start > LONGEST_NANOS) {
          throw new IllegalStateException("records are not applied");
        }
        Thread.sleep(LOOK_MILLIS);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuMillis = plant.cpu.now().minus(before).all() * 1e3 / waiting;
      long counted = tables.counted();
      if (counted < with.succeeded() || counted > with.succeeded() + with.failed()) {
        throw new IllegalStateException(
            ResultTable.format("%d turns recorded, %d are applied", with.succeeded(), counted));
      }
      return ResultTable.format(
          "%n%,d records applied to a table of sums by one projector: **%,.0f records/s**, %.4f CPU"
              + " ms each.%n",
          waiting, waiting / seconds, cpuMillis);
    }
  }

  private long waiting(long stream) {
    return plant.number(
        "SELECT count(*) FROM (SELECT 1 FROM do_outbox WHERE stream = $1 LIMIT 10000000) w",
        (int) stream);
  }

  /** A table of sums. */
  private final class Tables implements AutoCloseable {
    final Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(4))
            .connectingTo(plant.server.url().connectOptions(SCHEMA))
            .using(plant.vertx)
            .build();

    Tables() {
      pool.query("CREATE SCHEMA " + SCHEMA).execute().await();
      pool.query("CREATE TABLE " + SCHEMA + ".added (id bytea PRIMARY KEY, n bigint, sum bigint)")
          .execute()
          .await();
    }

    static void apply(SqlConnection connection, Projector.Batch<Box.Added> batch) {
      int size = batch.changes().size();
      Buffer[] ids = new Buffer[size];
      Long[] sums = new Long[size];
      for (int i = 0; i < size; i++) {
        Projector.Change<Box.Added> change = batch.changes().get(i);
        Box.Added record = change.record();
        ids[i] = Buffer.buffer(change.object().bytes());
        sums[i] = record == null ? 0 : record.n();
      }
      connection
          .preparedQuery(
              "INSERT INTO "
                  + batch.table("added")
                  + " AS a (id, n, sum) SELECT w.id, count(*), sum(w.n)"
                  + " FROM unnest($1::bytea[], $2::bigint[]) AS w(id, n) GROUP BY w.id"
                  + " ON CONFLICT (id) DO UPDATE SET n = a.n + excluded.n,"
                  + " sum = a.sum + excluded.sum")
          .execute(Tuple.tuple().addValue(ids).addValue(sums))
          .await();
    }

    long counted() {
      return pool.query("SELECT coalesce(sum(n), 0)::bigint FROM added")
          .execute()
          .await()
          .iterator()
          .next()
          .getLong(0);
    }

    @Override
    public void close() {
      pool.close().await();
    }
  }
}

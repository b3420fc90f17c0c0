package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collector;

/** A query whose answer is not waited for longer than it may take. */
class BoundedQuery<T> implements Query<T> {
  private final Query<T> query;
  final Duration time;

  BoundedQuery(Query<T> query, Duration time) {
    this.query = query;
    this.time = time;
  }

  @Override
  public Future<T> execute() {
    return Deadline.within(time, query.execute());
  }

  @Override
  public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
    return new BoundedQuery<>(query.collecting(collector), time);
  }

  @Override
  public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
    return new BoundedQuery<>(query.mapping(mapper), time);
  }

  /** Same, with parameters. */
  static final class Prepared<T> extends BoundedQuery<T> implements PreparedQuery<T> {
    private final PreparedQuery<T> prepared;

    Prepared(PreparedQuery<T> prepared, Duration time) {
      super(prepared, time);
      this.prepared = prepared;
    }

    @Override
    public Future<T> execute(Tuple tuple) {
      return Deadline.within(time, prepared.execute(tuple));
    }

    @Override
    public Future<T> executeBatch(List<Tuple> batch) {
      return Deadline.within(time, prepared.executeBatch(batch));
    }

    @Override
    public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
      return new Prepared<>(prepared.collecting(collector), time);
    }

    @Override
    public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
      return new Prepared<>(prepared.mapping(mapper), time);
    }
  }
}

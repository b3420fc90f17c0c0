package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlResult;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collector;

/** A query whose answer is not waited for longer than it may take. */
class BoundedQuery<T> implements Query<T> {
  private final Query<T> query;
  final Bounds bounds;

  BoundedQuery(Query<T> query, Bounds bounds) {
    this.query = query;
    this.bounds = bounds;
  }

  @Override
  public Future<T> execute() {
    return bounds.on(query.execute());
  }

  @Override
  public <R> Query<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
    return new BoundedQuery<>(query.collecting(collector), bounds);
  }

  @Override
  public <U> Query<RowSet<U>> mapping(Function<Row, U> mapper) {
    return new BoundedQuery<>(query.mapping(mapper), bounds);
  }

  /** Same, with parameters. */
  static final class Prepared<T> extends BoundedQuery<T> implements PreparedQuery<T> {
    private final PreparedQuery<T> prepared;

    Prepared(PreparedQuery<T> prepared, Bounds bounds) {
      super(prepared, bounds);
      this.prepared = prepared;
    }

    @Override
    public Future<T> execute(Tuple tuple) {
      return bounds.on(prepared.execute(tuple));
    }

    @Override
    public Future<T> executeBatch(List<Tuple> batch) {
      return bounds.on(prepared.executeBatch(batch));
    }

    @Override
    public <R> PreparedQuery<SqlResult<R>> collecting(Collector<Row, ?, R> collector) {
      return new Prepared<>(prepared.collecting(collector), bounds);
    }

    @Override
    public <U> PreparedQuery<RowSet<U>> mapping(Function<Row, U> mapper) {
      return new Prepared<>(prepared.mapping(mapper), bounds);
    }
  }
}

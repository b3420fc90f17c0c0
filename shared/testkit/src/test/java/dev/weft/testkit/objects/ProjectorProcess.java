package dev.weft.testkit.objects;

import dev.weft.durable.Projector;
import dev.weft.durable.internal.project.Projections;
import dev.weft.postgres.DatabaseUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;

/** A process that applies records, slowly, until it is killed. */
final class ProjectorProcess {

  /** The argument is the address of the database. */
  public static void main(String[] args) {
    SpendingTables tables = new SpendingTables(DatabaseUrl.parse(args[0]));
    Projections projections =
        new Projections(
            Vertx.vertx(),
            "process " + ProcessHandle.current().pid(),
            new SimpleMeterRegistry(),
            System::nanoTime,
            (_, _, _, _) -> Future.failedFuture("asks nobody"));
    projections
        .start(
            Projector.of(
                ProjectorKillIT.SPENDING,
                tables.pool,
                (connection, batch) -> {
                  tables.apply(connection, batch, ProjectorKillIT.Spent::amount);
                  connection
                      .query("UPDATE worked SET batches = batches + 1")
                      .execute()
                      .compose(_ -> connection.query("SELECT pg_sleep(0.03)").execute())
                      .await();
                },
                "spending"))
        .await();
  }

  static Process start(DatabaseUrl url) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            ProjectorProcess.class.getName(),
            url.uri())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private ProjectorProcess() {}
}

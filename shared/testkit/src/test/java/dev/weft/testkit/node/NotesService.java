package dev.weft.testkit.node;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.mesh.UnaryHandler;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** A service that keeps notes, one list a tenant. */
final class NotesService implements Service {

  record Note(String content) {}

  record Count(long notes) {}

  static final UnaryEndpoint<Note, Count> ADD =
      Endpoint.unary("notes.add", Note.class, Count.class).withScope("notes:write");

  @Override
  public ServiceDescriptor descriptor() {
    return ServiceDescriptor.of("notes", 8009, 5709, "/notes/health");
  }

  @Override
  public Needs needs() {
    return Needs.DATABASE;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    Pool pool = node.database();
    return List.of(
        Deployment.onVirtualThreads(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return node.mesh()
                        .serve(
                            ADD,
                            UnaryHandler.blocking(
                                (note, call) -> add(pool, call.caller().tenant(), note.content())));
                  }
                }));
  }

  private static Count add(Pool pool, String tenant, String content) {
    pool.preparedQuery("INSERT INTO note (tenant, content) VALUES ($1, $2)")
        .execute(Tuple.of(tenant, content))
        .await();
    return new Count(
        pool.preparedQuery("SELECT count(*) FROM note WHERE tenant = $1")
            .execute(Tuple.of(tenant))
            .await()
            .iterator()
            .next()
            .getLong(0));
  }
}

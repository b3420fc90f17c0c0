package dev.weft.links;

import static dev.weft.mesh.UnaryHandler.blocking;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.links.Link;
import dev.weft.contracts.links.LinkRef;
import dev.weft.contracts.links.LinksApi;
import dev.weft.contracts.links.SaveLink;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.ObjectClass;
import dev.weft.mesh.CallContext;
import dev.weft.node.NodeContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.Tuple;

/** Serves the endpoints of {@link LinksApi} and hosts the objects that count. */
final class LinksVerticle extends VerticleBase {
  private final NodeContext node;
  private final int maxUrlCharacters;

  LinksVerticle(NodeContext node) {
    this.node = node;
    this.maxUrlCharacters = node.config().get(LinksKeys.MAX_URL_CHARACTERS);
  }

  @Override
  public Future<?> start() {
    return Future.all(
        node.mesh().serve(LinksApi.SAVE, blocking(this::save)),
        node.mesh().serve(LinksApi.GET, blocking(this::get)),
        node.objects().host(ObjectClass.of(LinksApi.VISITS, VisitsObject::new)));
  }

  private Link save(SaveLink request, CallContext call) {
    if (request.url().length() > maxUrlCharacters) {
      throw WeftError.of("links:link", Reason.INVALID, "The address is too long.").exception();
    }
    node.database()
        .preparedQuery(
            """
            INSERT INTO link (tenant, name, url, saved_by) VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant, name) DO UPDATE SET url = $3, saved_by = $4
            """)
        .execute(
            Tuple.of(
                call.caller().tenant(), request.name(), request.url(), call.caller().subject()))
        .await();
    return new Link(request.name(), request.url(), 0);
  }

  private Link get(LinkRef request, CallContext call) {
    String tenant = call.caller().tenant();
    RowIterator<Row> found =
        node.database()
            .preparedQuery("SELECT url FROM link WHERE tenant = $1 AND name = $2")
            .execute(Tuple.of(tenant, request.name()))
            .await()
            .iterator();
    if (!found.hasNext()) {
      throw WeftError.of("links:link", Reason.NOT_FOUND, "There is no such link.").exception();
    }
    long visits = node.objects().get(LinksApi.VISITS, TenantName.of(tenant, request.name())).add();
    return new Link(request.name(), found.next().getString("url"), visits);
  }
}

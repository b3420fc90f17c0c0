package dev.weft.chat;

import dev.weft.contracts.Reason;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.rag.Embed;
import dev.weft.contracts.rag.Embeddings;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult;
import dev.weft.mesh.CallContext;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Stands in for rag: one collection with two passages, and vectors that know what sleep is. */
final class FakeRag implements Service {

  @Override
  public ServiceDescriptor descriptor() {
    return RagApi.SERVICE;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(
        Deployment.onEventLoops(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    return Future.all(
                        node.mesh().serve(RagApi.SEARCH, FakeRag::search),
                        node.mesh().serve(RagApi.EMBED, FakeRag::embed));
                  }
                }));
  }

  private static Future<SearchResult> search(Search request, CallContext caller) {
    if (!request.collection().equals("sea")) {
      return Future.failedFuture(
          WeftError.of("rag:collection", Reason.NOT_FOUND, "No collection " + request.collection())
              .exception());
    }
    String tenant = caller.caller().tenant();
    return Future.succeededFuture(
        new SearchResult(
            request.collection(),
            request.query(),
            List.of(
                hit("d1", "Sleep of " + tenant, "Whales sleep upright. They breathe air.", 2.5),
                hit("d2", "Food", "Krill is small.", 1.5))));
  }

  private static SearchResult.Hit hit(String id, String title, String text, double score) {
    return new SearchResult.Hit(id, title, text, 0, text.length(), score, Map.of(), null);
  }

  /** Two dimensions: about sleep or rest, and about anything else. */
  private static Future<Embeddings> embed(Embed request, CallContext caller) {
    List<float[]> vectors =
        request.texts().stream()
            .map(text -> text.toLowerCase(Locale.ROOT))
            .map(
                text ->
                    text.contains("sleep") || text.contains("rest") || text.contains("slumber")
                        ? new float[] {1, 0}
                        : new float[] {0, 1})
            .toList();
    return Future.succeededFuture(new Embeddings(String.valueOf(request.model()), vectors, 1));
  }
}

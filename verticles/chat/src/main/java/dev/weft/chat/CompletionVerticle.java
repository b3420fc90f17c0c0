package dev.weft.chat;

import dev.weft.chat.provider.Router;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves completions and models on an event loop. */
final class CompletionVerticle extends VerticleBase {

  private final Mesh mesh;
  private final Completions completions;
  private final Router router;

  CompletionVerticle(Mesh mesh, Completions completions, Router router) {
    this.mesh = mesh;
    this.completions = completions;
    this.router = router;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        mesh.serve(ChatApi.CREATE_COMPLETION, completions::create),
        mesh.serve(ChatApi.STREAM_COMPLETION, completions::stream),
        mesh.serve(ChatApi.LIST_MODELS, (request, caller) -> router.list()),
        mesh.serve(ChatApi.GET_MODEL, (request, caller) -> router.get(request.id())));
  }
}

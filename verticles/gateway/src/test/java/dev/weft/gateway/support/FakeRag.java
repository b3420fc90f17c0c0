package dev.weft.gateway.support;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.rag.Deleted;
import dev.weft.contracts.rag.DocumentRef;
import dev.weft.contracts.rag.RagApi;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A rag service that deletes any document, and notes which. */
public final class FakeRag implements Service {
  public final BlockingQueue<DocumentRef> deleted = new LinkedBlockingQueue<>();

  @Override
  public ServiceDescriptor descriptor() {
    return RagApi.SERVICE;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onEventLoops(() -> new Endpoints(node)));
  }

  private final class Endpoints extends VerticleBase {
    private final NodeContext owner;

    Endpoints(NodeContext owner) {
      this.owner = owner;
    }

    @Override
    public Future<?> start() {
      return owner
          .mesh()
          .serve(
              RagApi.DELETE_DOCUMENT,
              (document, call) -> {
                deleted.add(document);
                return Future.succeededFuture(new Deleted(document.id(), true));
              });
    }
  }
}

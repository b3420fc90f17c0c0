package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalMeshTest extends UnaryBehaviour {
  private final Vertx vertx = Vertx.vertx();
  private final TestIdentities identities = new TestIdentities();
  private Mesh mesh;

  @BeforeEach
  void start() {
    mesh =
        Meshes.local(
            vertx,
            MeshOptions.named("test", "1").withDrainTimeout(Duration.ofSeconds(1)),
            _ -> identities);
  }

  @Override
  void release() {
    mesh.close().await();
    vertx.close().await();
  }

  @Override
  Mesh caller() {
    return mesh;
  }

  @Override
  Vertx callerVertx() {
    return vertx;
  }

  @Override
  Mesh server() {
    return mesh;
  }

  @Override
  Vertx serverVertx() {
    return vertx;
  }

  @Test
  void anEventLoopHandlerRunsAtOnceOnTheCallersThreadWithAContextOfItsOwn() {
    Promise<Boolean> sameThread = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            mesh.serve(
                ECHO,
                (ask, context) ->
                    Future.succeededFuture(new Answer(Thread.currentThread().getName()))));
    Context mine = vertx.getOrCreateContext();
    mine.runOnContext(
        _ -> {
          Future<Answer> answer = mesh.call(ECHO, new Ask(""), within(1_000));
          boolean now =
              answer.succeeded() && answer.result().text().equals(Thread.currentThread().getName());
          sameThread.complete(now && CallContext.current() == null);
        });
    assertThat(sameThread.future().await()).isTrue();
  }

  @Test
  void aVerifiedIdentityIsRemembered() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () -> mesh.serve(SECURED, (ask, context) -> Future.succeededFuture(new Answer(""))));
    CallContext context = as(TestIdentities.token("t", "s", "test:call"));
    mesh.call(SECURED, new Ask(""), context).await();
    mesh.call(SECURED, new Ask(""), context).await();
    assertThat(identities.verified).hasValue(1);
  }
}

package dev.weft.durable.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Identity;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Feed;
import dev.weft.durable.FeedItem;
import dev.weft.durable.ObjectsNode;
import dev.weft.durable.WatchOptions;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watching an object whose node is of a version that neither numbers items nor knows followers. */
@ExtendWith(VertxExtension.class)
final class OldOwnerTest {
  private static final Namespace<Room> ROOMS = Namespace.of("room", Room.class).asOpen();

  interface Room {
    Feed<String> watch();
  }

  /** No call has an identity. */
  private static final class Nobody implements IdentityVerifier {
    @Override
    public @Nullable Identity remembered(String token) {
      return null;
    }

    @Override
    public Future<Identity> verify(String token) {
      return Future.failedFuture("nobody has an identity");
    }
  }

  private Mesh mesh;
  private DurableObjects objects;

  @BeforeEach
  void serve(Vertx vertx, VertxTestContext test) {
    mesh = Meshes.local(vertx, MeshOptions.named("test", "0"), _ -> new Nobody());
    objects = ObjectsNode.calling(vertx, mesh, "secret".getBytes(StandardCharsets.UTF_8));
    vertx
        .deployVerticle(
            context ->
                Future.all(
                    mesh.serve(
                        ObjectEndpoints.call(ROOMS),
                        (request, call) -> Future.succeededFuture(ObjectReply.NOTHING)),
                    mesh.serve(ObjectEndpoints.watch(ROOMS), (request, call, out) -> answer(out))))
        .onComplete(test.succeedingThenComplete());
  }

  private static void answer(StreamWriter<ObjectReply> out) {
    out.write(new ObjectReply(null));
    out.write(new ObjectReply(new Fragment("\"a\"".getBytes(StandardCharsets.UTF_8))));
    out.write(new ObjectReply(new Fragment("\"b\"".getBytes(StandardCharsets.UTF_8))));
    out.end();
  }

  @AfterEach
  void close(VertxTestContext test) {
    mesh.close().onComplete(test.succeedingThenComplete());
  }

  @Test
  void itsItemsComeWithoutNumbers(Vertx vertx, VertxTestContext test) {
    vertx.runOnContext(
        _ -> {
          List<FeedItem<String>> items = new ArrayList<>();
          objects
              .get(ROOMS, "a")
              .watch()
              .open(WatchOptions.live())
              .handler(items::add)
              .exceptionHandler(test::failNow)
              .endHandler(
                  _ ->
                      test.verify(
                          () -> {
                            assertThat(items)
                                .containsExactly(new FeedItem<>(0, "a"), new FeedItem<>(0, "b"));
                            test.completeNow();
                          }));
        });
  }

  @Test
  void itCannotGoOnFromANumber(Vertx vertx, VertxTestContext test) {
    vertx.runOnContext(
        _ ->
            objects
                .get(ROOMS, "a")
                .watch()
                .open(WatchOptions.after(7))
                .handler(_ -> test.failNow("an item was passed over"))
                .exceptionHandler(
                    failure ->
                        test.verify(
                            () -> {
                              WeftError error = ((WeftException) failure).error();
                              assertThat(error.code()).isEqualTo("object:items.not_found");
                              test.completeNow();
                            })));
  }
}

package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the mesh relies on and Vert.x does not promise. */
@ExtendWith(VertxExtension.class)
class VertxFactsTest {

  @Test
  void aVirtualThreadConsumerTakesOneMessageAtATimeUnlessEachIsATaskOfItsOwn(Vertx vertx) {
    assertThat(order(vertx, "one by one", false)).startsWith("in", "out", "in", "out");
    assertThat(order(vertx, "together", true)).startsWith("in", "in", "in", "out");
  }

  private static List<String> order(Vertx vertx, String address, boolean ownTasks) {
    List<String> order = new CopyOnWriteArrayList<>();
    vertx
        .deployVerticle(
            context -> {
              vertx
                  .eventBus()
                  .consumer(
                      address,
                      message -> {
                        Runnable work =
                            () -> {
                              order.add("in");
                              vertx.timer(50).await();
                              order.add("out");
                              message.reply("");
                            };
                        if (ownTasks) {
                          Context current = vertx.getOrCreateContext();
                          current.runOnContext(_ -> work.run());
                        } else {
                          work.run();
                        }
                      });
              return Future.succeededFuture();
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();
    Future.all(IntStream.range(0, 3).mapToObj(_ -> vertx.eventBus().request(address, "")).toList())
        .await();
    return order;
  }
}

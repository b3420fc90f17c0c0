package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.internal.Bodies;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterUnaryIT extends UnaryBehaviour {
  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ClusterPair pair;

  @BeforeAll
  static void startCluster() {
    pair = new ClusterPair();
  }

  @AfterAll
  static void stopCluster() {
    pair.close();
  }

  @BeforeEach
  void start() {
    pair.ready();
  }

  @Override
  Mesh caller() {
    return pair.caller().mesh();
  }

  @Override
  Vertx callerVertx() {
    return pair.caller().vertx();
  }

  @Override
  Mesh server() {
    return pair.server().mesh();
  }

  @Override
  Vertx serverVertx() {
    return pair.server().vertx();
  }

  @Test
  void aNodeThatStopsRefusesWhatWasOnItsWay() {
    AtomicInteger started = new AtomicInteger();
    Promise<Answer> open = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    ECHO,
                    (ask, context) -> {
                      started.incrementAndGet();
                      return open.future();
                    }));
    eventually(() -> !caller().directory().serving("test").isEmpty());
    Future<Answer> running = caller().call(ECHO, new Ask("1"), within(10_000));
    eventually(() -> started.get() == 1);
    Future<Void> closed = server().close();
    // A call that was sent before its sender knew.
    DeliveryOptions late =
        new DeliveryOptions()
            .addHeader("k", "call")
            .addHeader("from", TestCluster.clusterId(callerVertx()))
            .addHeader("id", "1000000")
            .addHeader("ep", ECHO.name())
            .addHeader("req", "req_late")
            .addHeader("tp", "")
            .addHeader("ttl", "5000");
    callerVertx()
        .eventBus()
        .send("node." + TestCluster.clusterId(serverVertx()), Bodies.encode(new Ask("late")), late);
    callerVertx().timer(300).await();
    open.complete(new Answer("done"));
    assertThat(running.await().text()).isEqualTo("done");
    closed.await();
    assertThat(started).hasValue(1);
  }
}

package dev.weft.mesh;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;

class LocalStreamTest extends StreamBehaviour {
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
}

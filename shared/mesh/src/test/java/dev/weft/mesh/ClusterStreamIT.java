package dev.weft.mesh;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class ClusterStreamIT extends StreamBehaviour {
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
}

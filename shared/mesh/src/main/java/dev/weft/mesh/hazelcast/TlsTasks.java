package dev.weft.mesh.hazelcast;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** What an engine wants done aside. */
final class TlsTasks {

  /** Does it, here and now. */
  static void run(SSLEngine engine) {
    while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
      Runnable task = engine.getDelegatedTask();
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  private TlsTasks() {}
}

package dev.weft.node;

import io.vertx.core.Future;

/** A verticle that has something to end before its node leaves the mesh. */
public interface Drainable {

  /**
   * Takes nothing new from outside and ends what would else run for ever, such as an open door or a
   * stream that only ends with its reader. Called once, on any thread, when the node stops and
   * while the mesh still carries calls; completes when that is done.
   */
  Future<Void> drain();
}

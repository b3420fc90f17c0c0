package dev.weft.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.faults.Namespaces.Frame;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Vertx;

/** Watches objects for as long as it may, and writes down what it sees. */
final class Watchers {
  private static final long PAUSE_MILLIS = 300;

  private final Vertx vertx;
  private final DurableObjects objects;
  private final FrameFile frames;
  private volatile boolean over;

  Watchers(Vertx vertx, DurableObjects objects, FrameFile frames) {
    this.vertx = vertx;
    this.objects = objects;
    this.frames = frames;
  }

  void watch(String prefix, int count) {
    for (int i = 0; i < count; i++) {
      String object = prefix + i;
      vertx.runOnContext(any -> open(object));
    }
  }

  private void open(String object) {
    if (over) {
      return;
    }
    MeshStream<Frame> stream = objects.stub(Namespaces.ITEMS, object).object().watch().open();
    stream
        .handler(frames::write)
        .endHandler(any -> again(object))
        .exceptionHandler(any -> again(object));
  }

  private void again(String object) {
    vertx.setTimer(PAUSE_MILLIS, any -> open(object));
  }

  void stop() {
    over = true;
  }
}

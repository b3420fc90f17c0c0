package dev.weft.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.WatchOptions;
import dev.weft.faults.Namespaces.Frame;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;

/** Watches objects for as long as it may, and writes down what it sees. */
final class Watchers {
  private static final long PAUSE_MILLIS = 300;
  private static final long NONE = -1;

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
      vertx.runOnContext(any -> openKept(object, WatchOptions.oldest()));
    }
  }

  /** Sees every item once, however often it has to come back. */
  private void openKept(String object, WatchOptions from) {
    AtomicLong last = new AtomicLong(NONE);
    objects
        .stub(Namespaces.ITEMS, object)
        .object()
        .watchKept()
        .open(from)
        .handler(
            item -> {
              frames.write(item.value());
              last.set(item.sequence());
            })
        .exceptionHandler(
            any -> {
              if (!over) {
                WatchOptions next = last.get() == NONE ? from : WatchOptions.after(last.get());
                vertx.setTimer(PAUSE_MILLIS, _ -> openKept(object, next));
              }
            });
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

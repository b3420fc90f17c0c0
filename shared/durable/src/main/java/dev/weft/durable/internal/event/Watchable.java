package dev.weft.durable.internal.event;

import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** A topic, as the call that opens it sees it. */
public interface Watchable {
  /**
   * Adds a watcher; on any thread.
   *
   * @param context where the stream is written
   * @param onCancel takes what is to be run when the watcher goes away
   */
  void attach(StreamWriter<ObjectReply> out, Context context, Consumer<Runnable> onCancel);

  /**
   * Notes that somebody watches on a node; on any thread.
   *
   * @param stamp the node's own, rising
   */
  Future<Following> follow(String node, long stamp);
}

package dev.weft.durable.internal.event;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;

/** One watcher with a stream of its own: how nodes of the version before watch. */
public final class WatchEvent extends FeedEvent {
  private final StreamWriter<ObjectReply> out;
  private final Context context;

  /**
   * @param context where the stream is written
   */
  public WatchEvent(
      ObjectRequest request,
      CallContext call,
      MethodTable methods,
      StreamWriter<ObjectReply> out,
      Context context) {
    super(request, call, methods, false);
    this.out = out;
    this.context = context;
  }

  @Override
  void give(Watchable returned) {
    returned.attach(out, context, call.cancellation()::onCancel);
  }

  @Override
  void fail(WeftException why) {
    context.runOnContext(_ -> out.fail(why));
  }
}

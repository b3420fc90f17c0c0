package dev.weft.durable.internal.event;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.mesh.CallContext;
import io.vertx.core.Promise;

/** A node on which somebody watches, or many do, is told of each item once. */
public final class FollowEvent extends FeedEvent {
  private final String node;
  private final long stamp;
  private final Promise<Following> answer;

  /**
   * @param follow what is asked
   * @param strict whether arguments with unknown fields are refused
   */
  public FollowEvent(
      Follow follow,
      CallContext call,
      MethodTable methods,
      boolean strict,
      Promise<Following> answer) {
    super(follow.request(), call, methods, strict);
    this.node = follow.node();
    this.stamp = follow.stamp();
    this.answer = answer;
  }

  @Override
  void give(Watchable returned) {
    returned.follow(node, stamp).onComplete(answer);
  }

  @Override
  void fail(WeftException why) {
    answer.tryFail(why);
  }
}

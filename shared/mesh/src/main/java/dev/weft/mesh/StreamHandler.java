package dev.weft.mesh;

/** Answers a stream endpoint. */
@FunctionalInterface
public interface StreamHandler<Q, R> {

  /**
   * Starts a stream. Returns soon on an event loop; may write for as long as it likes on a virtual
   * thread. An exception thrown here fails the stream.
   *
   * @param request the decoded request
   * @param context who calls; its cancellation fires when the caller gives up, leaves or falls
   *     silent, after which nothing written is sent
   * @param out where items go; must be ended or failed, once
   */
  void handle(Q request, CallContext context, StreamWriter<R> out);
}

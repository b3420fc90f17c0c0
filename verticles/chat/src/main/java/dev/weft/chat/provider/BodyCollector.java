package dev.weft.chat.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/** Collects an answer's body up to a limit. */
final class BodyCollector {

  private BodyCollector() {}

  /**
   * @param complete gets the whole body
   * @param tooLong called when the body is longer than the limit; nothing else is called then
   * @param cut called when the connection ended within the body
   * @param progress called on each read
   */
  static void collect(
      HttpClientResponse response,
      int limitBytes,
      Consumer<byte[]> complete,
      Runnable tooLong,
      Runnable cut,
      Runnable progress) {
    Buffer body = Buffer.buffer();
    boolean[] over = {false};
    response.exceptionHandler(
        failure -> {
          if (!over[0]) {
            over[0] = true;
            cut.run();
          }
        });
    response.handler(
        read -> {
          if (over[0]) {
            return;
          }
          progress.run();
          if (body.length() + read.length() > limitBytes) {
            over[0] = true;
            tooLong.run();
          } else {
            body.appendBuffer(read);
          }
        });
    response.endHandler(
        end -> {
          if (!over[0]) {
            over[0] = true;
            complete.accept(body.getBytes());
          }
        });
  }
}

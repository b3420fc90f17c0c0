package dev.weft.chat.provider;

import dev.weft.node.http.ContentDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;

/** Collects an answer's body up to a limit, without its content encoding. */
final class BodyCollector {

  private BodyCollector() {}

  /**
   * The whole body; fails with what went wrong. Completes on the response's event loop.
   *
   * @param limitBytes most bytes, encoded as well as not
   * @param progress called on each read
   * @param call told when the answer has been read to its end
   */
  static Future<byte[]> collect(
      Provider provider,
      HttpClientResponse response,
      int limitBytes,
      Runnable progress,
      ProviderCall call) {
    Promise<byte[]> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(failure -> whole.tryFail(ProviderErrors.cut(provider).exception()));
    response.handler(
        read -> {
          if (whole.future().isComplete()) {
            return;
          }
          progress.run();
          if (body.length() + read.length() > limitBytes) {
            whole.tryFail(ProviderErrors.tooLarge(provider, limitBytes).exception());
          } else {
            body.appendBuffer(read);
          }
        });
    response.endHandler(
        end -> {
          call.ended(response);
          if (!whole.future().isComplete()) {
            decode(provider, response, body.getBytes(), limitBytes, whole);
          }
        });
    return whole.future();
  }

  private static void decode(
      Provider provider,
      HttpClientResponse response,
      byte[] body,
      int limitBytes,
      Promise<byte[]> whole) {
    String encoding = response.getHeader("content-encoding");
    if (ContentDecoder.isPlain(encoding) || body.length == 0) {
      whole.tryComplete(body);
      return;
    }
    if (ContentDecoder.of(encoding, limitBytes) == null) {
      whole.tryFail(ProviderErrors.unknownEncoding(provider, encoding).exception());
      return;
    }
    try {
      whole.tryComplete(ContentDecoder.decode(encoding, body, limitBytes));
    } catch (ContentDecoder.TooLarge e) {
      whole.tryFail(ProviderErrors.tooLarge(provider, limitBytes).exception());
    } catch (IOException e) {
      whole.tryFail(ProviderErrors.badEncoding(provider, encoding, e).exception());
    }
  }
}

package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.gateway.http.answer.HttpError;
import dev.weft.gateway.http.framing.FramingFault;
import dev.weft.gateway.http.request.RequestIds;
import dev.weft.gateway.metrics.GatewayMetrics;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Answers what is no HTTP request, or one with a line or headers beyond the limits. */
public final class InvalidRequests implements Handler<HttpServerRequest> {
  /**
   * The connection is closed when the response ends. What the client was still sending would then
   * reset it and lose the answer, so the end waits a little while that is read and dropped.
   */
  private static final long LINGER_MILLIS = 200;

  private final Vertx vertx;
  private final GatewayMetrics metrics;

  public InvalidRequests(Vertx vertx, GatewayMetrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
  }

  @Override
  public void handle(HttpServerRequest request) {
    HttpError error = HttpError.of(error(request.decoderResult().cause()));
    Buffer body = Buffer.buffer(error.body());
    metrics.route("none").record(error.status(), 0);
    HttpServerResponse response = request.response();
    response
        .setStatusCode(error.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, HeaderNames.JSON)
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .putHeader(HeaderNames.CONTENT_TYPE_OPTIONS, HeaderNames.NOSNIFF)
        .putHeader(HeaderNames.REQUEST_ID, RequestIds.requestId(null));
    response.write(body);
    vertx.setTimer(
        LINGER_MILLIS,
        timer -> {
          if (!response.closed()) {
            response.end();
          }
        });
  }

  private static WeftError error(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return uriTooLong();
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return WeftError.of(
          "gateway:headers", Reason.TOO_LARGE, "The request's headers are too large.");
    }
    if (cause instanceof FramingFault fault) {
      return fault.error();
    }
    return WeftError.of("gateway:request", Reason.INVALID, "This is not a well-formed request.");
  }

  static WeftError uriTooLong() {
    return WeftError.of("gateway:uri", Reason.TOO_LARGE, "The request URL is too long.");
  }
}

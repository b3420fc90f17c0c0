package dev.weft.gateway.chat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.http.Binding;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Looks at two fields of the body and passes its bytes on; one of them asks for a stream. */
public final class BytesRoute implements Route.Handler {
  private final Mesh mesh;
  private final Binding.Bytes endpoints;
  private final Vertx vertx;
  private final HttpLimits limits;
  private final GatewayMetrics metrics;

  public BytesRoute(
      Mesh mesh, Binding.Bytes endpoints, Vertx vertx, HttpLimits limits, GatewayMetrics metrics) {
    this.mesh = mesh;
    this.endpoints = endpoints;
    this.vertx = vertx;
    this.limits = limits;
    this.metrics = metrics;
  }

  @Override
  public void handle(Exchange exchange) {
    byte[] body = withoutMark(exchange.body());
    CompletionPeek peek = CompletionPeek.of(body);
    exchange.model(peek.model());
    if (peek.stream()) {
      stream(exchange, peek.model(), new Raw(body));
    } else {
      complete(exchange, peek.model(), new Raw(body));
    }
  }

  /** A byte order mark may be ignored (RFC 8259 section 8.1), and not every provider ignores it. */
  private static byte[] withoutMark(byte[] body) {
    boolean mark =
        body.length >= 3
            && body[0] == (byte) 0xEF
            && body[1] == (byte) 0xBB
            && body[2] == (byte) 0xBF;
    return mark ? Arrays.copyOfRange(body, 3, body.length) : body;
  }

  private void complete(Exchange exchange, @Nullable String model, Raw body) {
    mesh.call(endpoints.whole(), body, exchange.call(limits.requestTimeout()))
        .onComplete(
            (reply, failure) -> {
              exchange.answered();
              if (failure != null) {
                exchange.fail(failure);
              } else if (!exchange.isOver()) {
                metrics.completed(model, false);
                exchange.json(200, reply.bytes());
              }
            });
  }

  private void stream(Exchange exchange, @Nullable String model, Raw body) {
    MeshStream<Raw> stream =
        mesh.call(endpoints.streamed(), body, exchange.call(limits.requestTimeout()));
    ResponseSink sink = new ResponseSink(exchange, model, vertx.getOrCreateContext());
    SseRelay relay =
        new SseRelay(
            sink,
            stream,
            exchange.requestId(),
            limits.streamPing().toNanos(),
            limits.writeStallTimeout().toNanos(),
            System.nanoTime());
    exchange.ongoing(relay);
    exchange.response().drainHandler(x -> relay.drained());
    relay.start();
  }

  /** The HTTP response as a relay sees it. */
  private final class ResponseSink implements SseRelay.Sink {
    private final Exchange exchange;
    private final @Nullable String model;
    private final Context context;

    ResponseSink(Exchange exchange, @Nullable String model, Context context) {
      this.exchange = exchange;
      this.model = model;
      this.context = context;
    }

    @Override
    public void firstItem() {
      exchange.answered();
      metrics.firstEvent(exchange.elapsedNanos());
    }

    @Override
    public void begin() {
      exchange.beginStream(HeaderNames.EVENT_STREAM);
    }

    @Override
    public void write(Buffer events) {
      exchange.write(events);
    }

    @Override
    public boolean isFull() {
      return exchange.response().writeQueueFull();
    }

    @Override
    public void end(Buffer last, @Nullable WeftError error) {
      if (error == null) {
        metrics.completed(model, true);
      } else {
        metrics.streamError();
      }
      exchange.endStream(last, error);
    }

    @Override
    public void refuse(WeftException failure) {
      exchange.answered();
      exchange.fail(failure);
    }

    @Override
    public void cut() {
      exchange.cut();
    }

    @Override
    public void later(Runnable action) {
      context.runOnContext(x -> action.run());
    }
  }
}

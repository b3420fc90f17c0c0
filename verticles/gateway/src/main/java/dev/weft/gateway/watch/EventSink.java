package dev.weft.gateway.watch;

import dev.weft.contracts.WeftError;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.gateway.http.answer.HttpError;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events (HTML standard, section 9.2): {@code id} is an item's sequence. The last event
 * is {@code end} or {@code error}. Event loop of the connection only.
 */
public final class EventSink implements WatchRelay.Sink {
  private static final byte[] PING = ": ping\n".getBytes(StandardCharsets.US_ASCII);

  /** After which time an EventSource connects again by itself. */
  private static final String RETRY = "retry: 1000\n";

  private final Exchange exchange;
  private final Context context;
  private Buffer pending = Buffer.buffer();

  public EventSink(Exchange exchange, Context context) {
    this.exchange = exchange;
    this.context = context;
  }

  @Override
  public void start(long after) {
    exchange.beginStream(HeaderNames.EVENT_STREAM);
    String data = after < 0 ? "{}" : "{\"after\":" + after + "}";
    String id = after < 0 ? "" : "id: " + after + "\n";
    exchange.write(Buffer.buffer(RETRY + "event: start\n" + id + "data: " + data + "\n\n"));
  }

  @Override
  public int add(long sequence, byte[] json) {
    int before = pending.length();
    pending.appendString("id: " + sequence + "\ndata: ");
    appendLine(json);
    pending.appendString("\n\n");
    return pending.length() - before;
  }

  /** JSON has line breaks between its parts alone, where a blank is as good. */
  private void appendLine(byte[] json) {
    int from = 0;
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        pending.appendBytes(json, from, i - from).appendByte((byte) ' ');
        from = i + 1;
      }
    }
    pending.appendBytes(json, from, json.length - from);
  }

  @Override
  public void flush() {
    if (pending.length() > 0 && !exchange.isOver()) {
      Buffer events = pending;
      pending = Buffer.buffer();
      exchange.write(events);
    }
  }

  @Override
  public boolean isFull() {
    return exchange.response().writeQueueFull();
  }

  @Override
  public void ping(long nowNanos) {
    exchange.write(Buffer.buffer(PING));
  }

  @Override
  public void tickAfterEnd(long nowNanos) {
    // The exchange is over, and its connection looks after what is not read of it.
  }

  @Override
  public void end() {
    exchange.endStream(Buffer.buffer("event: end\ndata: {}\n\n"), null);
  }

  @Override
  public void fail(WeftError error) {
    Object resume = error.details().get(WeftError.RESUME);
    Buffer last = Buffer.buffer("event: error\n");
    if (resume instanceof Number number) {
      // An EventSource that connects again by itself then goes on from there.
      last.appendString("id: " + number.longValue() + "\n");
    }
    last.appendString("data: ").appendBytes(HttpError.of(error).body(exchange.requestId()));
    exchange.endStream(last.appendString("\n\n"), error);
  }

  @Override
  public void later(Runnable action) {
    context.runOnContext(_ -> action.run());
  }
}

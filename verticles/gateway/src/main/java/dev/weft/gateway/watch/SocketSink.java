package dev.weft.gateway.watch;

import dev.weft.contracts.WeftError;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HttpError;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A WebSocket (RFC 6455): one text frame an item. The last frame says why it ends, and so does the
 * code of the close: 1000 for the end of the topic, 4000 and the HTTP status for an error. From the
 * client nothing is expected but pongs and the close. Event loop of the connection only.
 */
public final class SocketSink implements WatchRelay.Sink {
  private static final short NORMAL = 1000;
  private static final short PROTOCOL_ERROR = 1002;
  private static final short UNSUPPORTED = 1003;
  private static final short TOO_MUCH = 1008;
  private static final short TOO_BIG = 1009;
  private static final int OWN_CODES = 4_000;
  private static final int BESIDE_BYTES = 16;

  /** Longest reason of a close, in bytes. */
  private static final int MAX_REASON = 123;

  /** Frames of control that a client may send between two pings of ours, or looks at the time. */
  private static final int MAX_CONTROL_FRAMES = 32;

  private final Exchange exchange;
  private final ServerWebSocket socket;
  private final Context context;
  private final long stallNanos;
  private List<String> pending = new ArrayList<>();
  private long closingSince;
  private boolean closing;
  private long unansweredSince;
  private int controlFrames;

  /**
   * @param stallNanos how long a client may answer neither a ping nor a close
   */
  public SocketSink(Exchange exchange, ServerWebSocket socket, Context context, long stallNanos) {
    this.exchange = exchange;
    this.socket = socket;
    this.context = context;
    this.stallNanos = stallNanos;
  }

  /** Begins to listen to the client; what it does reaches the exchange as its leaving. */
  public void listen(WatchRelay relay) {
    socket
        .frameHandler(frame -> received(frame, relay))
        .drainHandler(_ -> relay.drained())
        .exceptionHandler(failure -> broken(failure, relay))
        .closeHandler(_ -> exchange.clientGone());
  }

  private void received(WebSocketFrame frame, WatchRelay relay) {
    if (closing || frame.isClose()) {
      return;
    }
    if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
      refuse(UNSUPPORTED, "Nothing is expected to be sent here.", relay);
      return;
    }
    if (!frame.isPing()) {
      unansweredSince = 0;
    }
    controlFrames++;
    if (controlFrames > MAX_CONTROL_FRAMES) {
      refuse(TOO_MUCH, "Too many pings or pongs.", relay);
    }
  }

  private void broken(Throwable failure, WatchRelay relay) {
    if (failure instanceof TooLongFrameException) {
      refuse(TOO_BIG, "The frame is too long; nothing is expected to be sent here.", relay);
    } else if (failure instanceof CorruptedWebSocketFrameException corrupted) {
      refuse((short) corrupted.closeStatus().code(), "This is no frame.", relay);
    } else if (!closing && !socket.isClosed()) {
      refuse(PROTOCOL_ERROR, "The connection is broken.", relay);
    }
  }

  private void refuse(short code, String reason, WatchRelay relay) {
    relay.clientGone();
    close(code, reason);
  }

  @Override
  public void start(long after) {
    send(after < 0 ? "{\"event\":\"start\"}" : "{\"event\":\"start\",\"after\":" + after + "}");
  }

  @Override
  public int add(long sequence, byte[] json) {
    pending.add(
        "{\"seq\":" + sequence + ",\"item\":" + new String(json, StandardCharsets.UTF_8) + "}");
    return json.length + BESIDE_BYTES;
  }

  @Override
  public void flush() {
    if (!pending.isEmpty()) {
      List<String> frames = pending;
      pending = new ArrayList<>();
      frames.forEach(this::send);
    }
  }

  private void send(String text) {
    if (!closing && !socket.isClosed()) {
      exchange.sent(text.length());
      socket.writeFrame(WebSocketFrame.textFrame(text, true));
    }
  }

  @Override
  public boolean isFull() {
    return !closing && !socket.isClosed() && socket.writeQueueFull();
  }

  @Override
  public void ping(long nowNanos) {
    controlFrames = 0;
    if (unansweredSince == 0) {
      unansweredSince = nowNanos;
    } else if (nowNanos - unansweredSince > stallNanos) {
      exchange.cut();
      return;
    }
    if (!socket.isClosed()) {
      socket.writePing(Buffer.buffer());
    }
  }

  @Override
  public void tickAfterEnd(long nowNanos) {
    if (closingSince == 0) {
      closingSince = nowNanos;
    } else if (nowNanos - closingSince > stallNanos) {
      exchange.cut();
    }
  }

  @Override
  public void end() {
    send("{\"event\":\"end\"}");
    close(NORMAL, "The topic has ended.");
  }

  @Override
  public void fail(WeftError error) {
    exchange.erred(error);
    HttpError shown = HttpError.of(error);
    String json = new String(shown.body(exchange.requestId()), StandardCharsets.UTF_8);
    send("{\"event\":\"error\"," + json.substring(1));
    String resume =
        error.details().get(WeftError.RESUME) instanceof Number number ? " resume=" + number : "";
    close((short) (OWN_CODES + shown.status()), error.code() + resume);
  }

  private void close(short code, String reason) {
    if (!closing) {
      closing = true;
      String shown = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
      if (!socket.isClosed()) {
        socket.close(code, shown);
      }
    }
  }

  @Override
  public void later(Runnable action) {
    context.runOnContext(_ -> action.run());
  }
}

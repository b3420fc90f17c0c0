package dev.weft.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A closed-loop HTTP/1.1 load: each connection sends the next request when the last answer is
 * complete. Speaks to the socket directly, so that the driver takes little of the machine it
 * measures on.
 */
final class HttpLoad {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKS_END = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final NetClient client;

  HttpLoad(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(5_000));
  }

  /**
   * Runs a load.
   *
   * @param target where to send it
   * @param connections how many at once
   * @param seconds how long to keep sending; answers begun are awaited
   */
  Future<Sample> run(Target target, int connections, double seconds) {
    Sample sample = new Sample();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<Future<Void>> all = new ArrayList<>();
    sample.startNanos = System.nanoTime();
    for (int i = 0; i < connections; i++) {
      Promise<Void> done = Promise.promise();
      all.add(done.future());
      client
          .connect(target.port(), target.host())
          .onSuccess(socket -> new Connection(socket, target, end, sample, done).send())
          .onFailure(done::fail);
    }
    return Future.join(all)
        .map(
            ok -> {
              sample.endNanos = System.nanoTime();
              return sample;
            });
  }

  Vertx vertx() {
    return vertx;
  }

  /**
   * A request to repeat.
   *
   * @param request the whole HTTP request
   */
  record Target(String host, int port, Buffer request) {

    static Target post(String host, int port, String path, String key, String body) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "POST "
              + path
              + " HTTP/1.1\r\nhost: "
              + host
              + ":"
              + port
              + "\r\nauthorization: Bearer "
              + key
              + "\r\ncontent-type: application/json\r\ncontent-length: "
              + bytes.length
              + "\r\n\r\n";
      return new Target(host, port, Buffer.buffer(head).appendBytes(bytes));
    }
  }

  /** One connection's state. */
  private final class Connection {
    private final NetSocket socket;
    private final Target target;
    private final long end;
    private final Sample sample;
    private final Promise<Void> done;
    private Buffer head = Buffer.buffer();
    private boolean inBody;
    private boolean chunked;
    private boolean failed;
    private long bodyLeft;
    private byte[] tail = new byte[0];
    private long sentNanos;
    private boolean first;

    Connection(NetSocket socket, Target target, long end, Sample sample, Promise<Void> done) {
      this.socket = socket;
      this.target = target;
      this.end = end;
      this.sample = sample;
      this.done = done;
      socket.handler(this::read);
      socket.exceptionHandler(failure -> {}); // a close follows
      socket.closeHandler(
          closed -> {
            if (!done.future().isComplete()) {
              sample.failures++;
            }
            finish();
          });
    }

    void send() {
      if (System.nanoTime() - end >= 0) {
        finish();
        socket.close();
        return;
      }
      head = Buffer.buffer();
      inBody = false;
      tail = new byte[0];
      first = true;
      sentNanos = System.nanoTime();
      socket.write(target.request());
    }

    private void finish() {
      done.tryComplete();
    }

    private void read(Buffer data) {
      if (!inBody) {
        head.appendBuffer(data);
        byte[] bytes = head.getBytes();
        int at = indexOf(bytes, HEAD_END);
        if (at < 0) {
          return;
        }
        String text = new String(bytes, 0, at, StandardCharsets.US_ASCII).toLowerCase();
        failed = !text.startsWith("http/1.1 200");
        chunked = text.contains("transfer-encoding: chunked");
        int length = text.indexOf("content-length:");
        bodyLeft =
            length < 0
                ? 0
                : Long.parseLong(text.substring(length + 15, lineEnd(text, length)).strip());
        inBody = true;
        if (bytes.length == at + 4) {
          if (!chunked && bodyLeft == 0) {
            complete();
          }
          return;
        }
        data = Buffer.buffer(bytes).getBuffer(at + 4, bytes.length);
      }
      if (first) {
        first = false;
        sample.firstByte(System.nanoTime() - sentNanos);
      }
      if (chunked) {
        byte[] bytes =
            data.length() >= 5
                ? data.getBytes(data.length() - 5, data.length())
                : join(tail, data.getBytes());
        tail = bytes;
        if (endsWith(bytes, CHUNKS_END)) {
          complete();
        }
      } else {
        bodyLeft -= data.length();
        if (bodyLeft <= 0) {
          complete();
        }
      }
    }

    private void complete() {
      if (failed) {
        sample.failures++;
      } else {
        sample.whole(System.nanoTime() - sentNanos);
      }
      send();
    }
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\r', from);
    return end < 0 ? text.length() : end;
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = new byte[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static boolean endsWith(byte[] bytes, byte[] end) {
    for (int i = 1; i <= end.length; i++) {
      if (bytes.length < i || bytes[bytes.length - i] != end[end.length - i]) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(byte[] bytes, byte[] what) {
    for (int i = 0; i + what.length <= bytes.length; i++) {
      int j = 0;
      while (j < what.length && bytes[i + j] == what[j]) {
        j++;
      }
      if (j == what.length) {
        return i;
      }
    }
    return -1;
  }
}

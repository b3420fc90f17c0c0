package dev.weft.chat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client that reads a stream and waits for things to happen in it. */
final class StreamProbe {

  private final MeshStream<Raw> stream;
  private final StringBuffer text = new StringBuffer();
  private final CompletableFuture<@Nullable WeftError> over = new CompletableFuture<>();
  private volatile int items;

  private StreamProbe(MeshStream<Raw> stream) {
    this.stream = stream;
    stream
        .handler(
            item -> {
              synchronized (text) {
                text.append(item.text());
                items++;
                text.notifyAll();
              }
            })
        .endHandler(end -> over.complete(null))
        .exceptionHandler(failure -> over.complete(((WeftException) failure).error()));
  }

  static StreamProbe open(Mesh mesh, CallContext context, String body) {
    return new StreamProbe(mesh.call(ChatApi.STREAM_COMPLETION, Raw.of(body), context));
  }

  MeshStream<Raw> stream() {
    return stream;
  }

  /** Waits until the text holds something. */
  StreamProbe awaitText(String part) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    synchronized (text) {
      while (text.indexOf(part) < 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || over.isDone()) {
          throw new AssertionError("no '" + part + "' in: " + text + ", over: " + over);
        }
        text.wait(Math.min(left, 50));
      }
    }
    return this;
  }

  /** Waits for the failure. */
  WeftError awaitFailure() {
    WeftError failure = awaitEnd();
    if (failure == null) {
      throw new AssertionError("no failure after " + text);
    }
    return failure;
  }

  private @Nullable WeftError awaitEnd() {
    try {
      return over.get(15, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the stream has not ended; so far: " + text, e);
    }
  }

  /** Waits for a good end and gives all of the text. */
  String awaitAll() {
    WeftError failure = awaitEnd();
    if (failure != null) {
      throw new AssertionError("failed with " + failure + " after " + text);
    }
    return text();
  }

  String text() {
    return text.toString();
  }

  int items() {
    return items;
  }
}

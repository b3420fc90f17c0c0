package dev.weft.gateway.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket and what has come over it. */
public final class SocketClient implements WebSocket.Listener, AutoCloseable {
  private static final int WAIT_SECONDS = 15;

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final StringBuilder message = new StringBuilder();
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;

  /** Connects, or throws what was answered instead. */
  public SocketClient(Gateway gateway, String path, String key) {
    this.socket =
        client
            .newWebSocketBuilder()
            .header("authorization", "Bearer " + key)
            .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + path), this)
            .join();
  }

  public WebSocket socket() {
    return socket;
  }

  /** The next message as JSON. */
  public JsonNode next() throws InterruptedException, JsonProcessingException {
    String text = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing has come");
    }
    return Json.mapper().readTree(text);
  }

  /** Code and reason of the close. */
  public String closed() throws Exception {
    return closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      messages.add(message.toString());
      message.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer data) {
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code + " " + reason);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    closed.completeExceptionally(failure);
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
  }
}

package dev.weft.gateway.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads server-sent events over HTTP/1.1, chunk after chunk. */
public final class EventClient implements AutoCloseable {
  private final RawClient client;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private final String head;
  private int searched;
  private int left;

  /**
   * Asks and reads the head of the answer.
   *
   * @param headers beyond host and key, each with its line break
   */
  public EventClient(Gateway gateway, String path, String key, String headers) throws IOException {
    this.client = gateway.connect();
    client.send(
        "GET "
            + path
            + " HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer "
            + key
            + "\r\n"
            + headers
            + "\r\n");
    String begun = client.readUntil("\r\n\r\n");
    int end = begun.indexOf("\r\n\r\n") + 4;
    this.head = begun.substring(0, end);
    text.append(begun, end, begun.length());
  }

  public String head() {
    return head;
  }

  /** The fields of the next event: {@code event}, {@code id}, {@code data}. */
  public Map<String, String> next() throws IOException {
    while (true) {
      int end = body.indexOf("\n\n", searched);
      if (end >= 0) {
        Map<String, String> fields = fields(utf8(body.substring(0, end)));
        body.delete(0, end + 2);
        searched = 0;
        if (!fields.isEmpty()) {
          return fields;
        }
      } else {
        searched = Math.max(0, body.length() - 1);
        while (!unchunk()) {
          text.append(client.readSome());
        }
      }
    }
  }

  /** Moves a chunk, or what has come of one, to the body; false when nothing has come. */
  private boolean unchunk() {
    if (left == 0) {
      int line = text.indexOf("\r\n");
      if (line < 0) {
        return false;
      }
      left = Integer.parseInt(text.substring(0, line), 16) + 2;
      text.delete(0, line + 2);
      if (left == 2) {
        body.append("event: closed\n\n");
        return true;
      }
    }
    int count = Math.min(left, text.length());
    // The line break after the chunk is none of its text.
    body.append(text, 0, Math.min(count, Math.max(0, left - 2)));
    text.delete(0, count);
    left -= count;
    return count > 0;
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static Map<String, String> fields(String event) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : event.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}

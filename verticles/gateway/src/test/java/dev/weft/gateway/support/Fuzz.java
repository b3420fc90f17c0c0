package dev.weft.gateway.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends what nobody should send to a gateway: well-formed requests with a part exchanged, bytes
 * turned, cut, doubled. The same seed sends the same requests. A program too ({@code
 * scripts/fuzz}).
 */
public final class Fuzz {
  private static final int READ_TIMEOUT_MILLIS = 15_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\\r]*\\r\\n");
  private static final Pattern TRACE =
      Pattern.compile("(?m)^\\s*at [a-z.]+\\.[A-Za-z]|[a-z]\\.[a-z.]+Exception|[a-z]:internal\\b");

  private static final String SIGNS = "\r\n \t:,;\0\u00ff\"{}[]\\%";

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "X");

  private static final List<String> PATHS =
      List.of(
          "/",
          "/health",
          "/docs",
          "/openapi.json",
          "/metrics",
          "/v1/models",
          "/v1/models/ID",
          "/v1/chat/completions",
          "/v1/rag/collections",
          "/v1/rag/collections/ID",
          "/v1/rag/collections/ID/documents",
          "/v1/rag/collections/ID/documents/ID",
          "/v1/rag/search",
          "/auth/keys",
          "/auth/keys/ID",
          "/auth/token",
          "/mcp",
          "/none");

  private static final List<String> IDS =
      List.of(
          "a",
          "%00",
          "%ED%A0%80",
          "%C0%AF",
          "%2F",
          "..",
          "%2e%2e",
          "%",
          "%zz",
          "%F0%9F%98%80",
          ";x=1",
          "%0d%0aX:y",
          "x".repeat(300),
          "~",
          "%22",
          "'",
          "%5C",
          "*",
          "{id}",
          "%FF",
          "+",
          "&",
          "\u00e9");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e999",
          "1.5",
          "\"\"",
          "\"a\"",
          "[]",
          "{}",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "9".repeat(1_200),
          "[[[[[[[[]]]]]]]]",
          "{\"a\":{\"a\":{}}}",
          "\"" + "x".repeat(5_000) + "\"",
          "12345678901234567890",
          "\"\u00ff\"",
          "[1,\"a\",null,{}]");

  private static final List<String> FIELDS =
      List.of(
          "model",
          "stream",
          "messages",
          "conversation",
          "rag",
          "collection",
          "query",
          "limit",
          "name",
          "text",
          "id",
          "scopes",
          "jsonrpc",
          "method",
          "params",
          "max_tokens",
          "temperature",
          "title",
          "metadata",
          "__proto__",
          "ttlSeconds",
          "expiresInDays",
          "\\u0000",
          "tools",
          "n");

  private static final List<String> HEADERS =
      List.of(
          "Host: y",
          "Content-Length: 1",
          "Transfer-Encoding: chunked",
          "Authorization: Bearer x",
          "Authorization: Basic eA==",
          "Content-Type: text/html",
          "Content-Type: application/json; charset=utf-16",
          "Accept: text/event-stream",
          "Accept-Encoding: gzip, br",
          "Expect: 100-continue",
          "Expect: 200",
          "Connection: Upgrade",
          "Upgrade: h2c",
          "Upgrade: websocket",
          "Origin: http://evil",
          "Origin: null",
          "Access-Control-Request-Method: GET",
          "X-Request-Id: a\u00e9",
          "Traceparent: 00-x",
          "Mcp-Session-Id: x",
          "Mcp-Protocol-Version: 2025-11-25",
          "Last-Event-Id: 5",
          "Range: bytes=0-",
          "If-None-Match: *",
          "X-Http-Method-Override: DELETE",
          "Cookie: a=b",
          "X-Forwarded-For: 1.1.1.1",
          "Content-Encoding: gzip",
          "Idempotency-Key: " + "k".repeat(400),
          "X: " + "y".repeat(9_000),
          "Te: trailers",
          "Trailer: x");

  private final InetSocketAddress target;
  private final String key;
  private final Random random;

  /** How many answers of each status there were; {@code closed} for none. */
  private final Map<String, Integer> answers = new TreeMap<>();

  /**
   * @param key taken by the gateway
   * @param seed chooses the requests
   */
  private Fuzz(int port, String key, long seed) {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.key = key;
    this.random = new Random(seed);
  }

  /**
   * Sends the next request and judges what comes.
   *
   * @throws AssertionError when the answer is a 5xx other than 501 and 503, quotes a fault of our
   *     own, or does not come
   */
  private void next() throws IOException {
    byte[] request = request();
    String answer = send(request);
    Matcher status = STATUS.matcher(answer);
    int found = 0;
    while (status.find()) {
      String code = status.group(1);
      found++;
      answers.merge(code, 1, Integer::sum);
      boolean fault = code.charAt(0) == '5' && !code.equals("501") && !code.equals("503");
      require(!fault, request, answer);
    }
    if (found == 0) {
      answers.merge("closed", 1, Integer::sum);
    }
    // The pages tell of such codes; errors must not.
    require(answer.contains(" 200 OK") || !TRACE.matcher(answer).find(), request, answer);
  }

  private static void require(boolean good, byte[] request, String answer) {
    if (!good) {
      throw new AssertionError("Sent:\n" + new String(request, ISO_8859_1) + "\nGot:\n" + answer);
    }
  }

  private String send(byte[] request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.connect(target);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request);
        InputStream in = socket.getInputStream();
        in.transferTo(answer);
      } catch (SocketTimeoutException hang) {
        throw new AssertionError("No end after:\n" + new String(request, ISO_8859_1), hang);
      } catch (SocketException reset) {
        // Closed while we were sending.
      }
      return answer.toString(ISO_8859_1);
    }
  }

  private byte[] request() {
    String path = one(PATHS);
    while (path.contains("ID")) {
      path = path.replaceFirst("ID", Matcher.quoteReplacement(one(IDS)));
    }
    if (random.nextInt(4) == 0) {
      path += "?" + one(FIELDS) + "=" + one(IDS);
    }
    byte[] body = body();
    StringBuilder head = new StringBuilder();
    head.append(random.nextInt(3) == 0 ? one(METHODS) : body.length == 0 ? "GET" : "POST");
    head.append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    if (random.nextInt(10) != 0) {
      head.append("Authorization: Bearer ").append(key).append("\r\n");
    }
    for (int i = random.nextInt(3); i > 0 && random.nextBoolean(); i--) {
      head.append(one(HEADERS)).append("\r\n");
    }
    boolean chunked = random.nextInt(5) == 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (chunked) {
      head.append("Transfer-Encoding: chunked\r\n\r\n");
      head.append(Integer.toHexString(body.length)).append("\r\n");
      out.writeBytes(head.toString().getBytes(ISO_8859_1));
      out.writeBytes(body);
      out.writeBytes((body.length == 0 ? "\r\n" : "\r\n0\r\n\r\n").getBytes(ISO_8859_1));
    } else {
      if (body.length > 0 || random.nextBoolean()) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      head.append("\r\n");
      out.writeBytes(head.toString().getBytes(ISO_8859_1));
      out.writeBytes(body);
    }
    byte[] request = out.toByteArray();
    return random.nextInt(3) == 0 ? spoilt(request) : request;
  }

  private byte[] body() {
    if (random.nextInt(3) == 0) {
      return new byte[0];
    }
    StringBuilder json = new StringBuilder("{");
    for (int i = random.nextInt(6); i >= 0; i--) {
      json.append('"').append(one(FIELDS)).append("\":").append(value());
      json.append(i == 0 ? "}" : ",");
    }
    byte[] body = json.toString().getBytes(ISO_8859_1);
    return random.nextInt(4) == 0 ? spoilt(body) : body;
  }

  private String value() {
    return switch (random.nextInt(8)) {
      case 0 -> "[{\"role\":" + one(VALUES) + ",\"content\":" + one(VALUES) + "}]";
      case 1 -> "[{\"role\":\"user\",\"content\":\"hi\"}]";
      case 2 -> "\"echo\"";
      default -> one(VALUES);
    };
  }

  /** One to three bytes turned, taken out, put in, or a piece doubled or cut off. */
  private byte[] spoilt(byte[] good) {
    byte[] bytes = good;
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 1; i--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, at);
      switch (random.nextInt(5)) {
        case 0 -> out.write(random.nextInt(256));
        case 1 -> out.write(SIGNS.charAt(random.nextInt(SIGNS.length())));
        case 2 -> out.write(bytes, at, length);
        case 3 -> at += length;
        default -> {
          if (random.nextInt(4) == 0) {
            return out.toByteArray();
          }
        }
      }
      out.write(bytes, at, bytes.length - at);
      bytes = out.toByteArray();
    }
    return bytes;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /**
   * Sends so many requests from so many clients side by side, each with a seed of its own.
   *
   * @return how many answers of each status there were
   */
  public static Map<String, Integer> run(int port, String key, int requests, int clients, long seed)
      throws Exception {
    Map<String, Integer> answers = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Fuzz>> running = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        Fuzz fuzz = new Fuzz(port, key, seed * 1_000 + client);
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < requests / clients; i++) {
                    fuzz.next();
                  }
                  return fuzz;
                }));
      }
      for (Future<Fuzz> one : running) {
        one.get().answers.forEach((status, count) -> answers.merge(status, count, Integer::sum));
      }
    }
    return answers;
  }

  /** {@code PORT KEY REQUESTS CLIENTS SEED}: sends them and prints what came. */
  public static void main(String[] args) throws Exception {
    System.out.println(
        run(
            Integer.parseInt(args[0]),
            args[1],
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Long.parseLong(args[4])));
  }
}

package dev.weft.testkit.upstream;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the upstream answers to one request. After the last step the response ends properly. A
 * script of a single {@link Step.Write} is sent with its length, others in chunks.
 *
 * @param status HTTP status
 * @param headers headers beside length and encoding
 * @param steps what happens, in order
 */
public record Script(int status, Map<String, String> headers, List<Step> steps) {

  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  public Script {
    headers = Map.copyOf(headers);
    steps = List.copyOf(steps);
  }

  /** A JSON body. */
  public static Script json(int status, String body) {
    return body(status, JSON, body);
  }

  /** A body of any kind. */
  public static Script body(int status, String contentType, String body) {
    return new Script(
        status, Map.of("content-type", contentType), List.of(new Step.Write(Buffer.buffer(body))));
  }

  /** An event stream of the given steps. */
  public static Script events(Step... steps) {
    return events(List.of(steps));
  }

  /** An event stream of the given steps. */
  public static Script events(List<Step> steps) {
    return new Script(200, Map.of("content-type", EVENTS), steps);
  }

  /** An event stream that sends each piece in a packet of its own. */
  public static Script pieces(List<Buffer> pieces) {
    List<Step> steps = new ArrayList<>();
    for (Buffer piece : pieces) {
      steps.add(new Step.Write(piece));
      steps.add(new Step.Flush());
    }
    return events(steps);
  }

  /** The same with one more header. */
  public Script withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Script(status, more, steps);
  }

  /** The same after a wait before the head. */
  public Script after(Duration wait) {
    List<Step> more = new ArrayList<>();
    more.add(new Step.Wait(wait));
    more.addAll(steps);
    return new Script(status, headers, more);
  }
}

package dev.weft.testkit.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The behaviours that a model's name selects: the constant's name in lower case with dashes ({@code
 * cut-middle}). Numbers may follow the name: {@code cut-middle?events=10&gap=20&at=4} is ten words,
 * 20 ms apart, and the fault after the fourth event.
 */
public enum Behaviour {
  /** A proper answer. */
  SCRIPTED,
  /** Never a status line. */
  STALL_HEADERS,
  /** A head, then nothing. */
  STALL_FIRST,
  /** Some events or half a body, then nothing. */
  STALL_MIDDLE,
  /** Closes before the status line. */
  CUT_HEADERS,
  /** Closes after some events or half a body. */
  CUT_MIDDLE,
  /** Closes within an event. */
  CUT_EVENT,
  /** A stream that ends properly, with neither finish_reason nor [DONE]. */
  NO_END,
  /** A stream with finish_reason that ends properly without [DONE]. */
  NO_DONE,
  /** [DONE] without a finish_reason. */
  ONLY_DONE,
  /** An event, or a body, that is no JSON. */
  BAD_JSON,
  /** An event, or a body, with bytes that are no UTF-8. */
  BAD_UTF8,
  /** A page instead of an answer, with status 200. */
  HTML,
  /** Status 200 with an error object. */
  ERROR_200,
  /** Status 200 with the body {@code null}. */
  NULL_200,
  /** Status 200 with no body at all. */
  EMPTY_200,
  /** An error object among the events. */
  ERROR_MIDDLE,
  /** Words without end, as fast as they are taken. */
  FLOOD,
  /** One event of 1 MiB. */
  HUGE_EVENT,
  /** One event without end. */
  ENDLESS_EVENT,
  /** A proper answer, three bytes a packet. */
  DRIP,
  /** A proper answer with CRLF and words of several bytes, split at odd places. */
  SPLIT,
  /** A proper stream with a usage object on each content event. */
  USAGE_ON_CONTENT,
  /** A proper stream with the usage object on the event with finish_reason. */
  USAGE_ON_FINISH,
  /** A proper stream among comments, ids, event names and retry fields. */
  NOISE,
  /** A proper stream of two tool calls. */
  TOOLS,
  ERROR_400,
  ERROR_401,
  ERROR_404,
  /** Says retry-after: 7. */
  ERROR_429,
  ERROR_500,
  ERROR_503,
  ERROR_529,
  /** Status 502 with a page. */
  ERROR_HTML;

  private static final Map<String, Behaviour> NAMES = new TreeMap<>();

  static {
    for (Behaviour behaviour : values()) {
      NAMES.put(behaviour.model(), behaviour);
    }
  }

  /** The model's name that selects this. */
  public String model() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The behaviour of a name; {@link #SCRIPTED} for one that nobody knows. */
  static Behaviour named(String name) {
    return NAMES.getOrDefault(name, SCRIPTED);
  }

  /** What to do for a request. */
  Script script(Ask ask) {
    String model = ask.model();
    int events = ask.number("events", 3);
    Duration gap = Duration.ofMillis(ask.number("gap", 0));
    int at = ask.number("at", Math.max(1, events / 2));
    return switch (this) {
      case SCRIPTED -> proper(ask, events, gap);
      case STALL_HEADERS -> Script.events(new Step.Stall());
      case STALL_FIRST -> Script.events(new Step.Head(), new Step.Stall());
      case STALL_MIDDLE -> broken(ask, events, gap, at, new Step.Stall());
      case CUT_HEADERS -> Script.events(new Step.Cut());
      case CUT_MIDDLE -> broken(ask, events, gap, at, new Step.Cut());
      case CUT_EVENT -> {
        List<Step> steps = start(ask, at, gap);
        steps.add(Step.Write.of(Chunks.content(model, "half", false).substring(0, 60)));
        steps.add(new Step.Flush());
        steps.add(new Step.Cut());
        yield Script.events(steps);
      }
      case NO_END -> Script.events(start(ask, at, gap));
      case NO_DONE -> {
        List<Step> steps = start(ask, at, gap);
        steps.add(Step.Write.of(Chunks.finish(model, "stop", ask.includeUsage())));
        yield Script.events(steps);
      }
      case ONLY_DONE -> {
        List<Step> steps = start(ask, at, gap);
        steps.add(Step.Write.of(Chunks.DONE));
        yield Script.events(steps);
      }
      case BAD_JSON ->
          garbled(ask, at, gap, Buffer.buffer("{\"choices\":[{\"index\":0,\"delta\":"));
      case BAD_UTF8 ->
          garbled(
              ask,
              at,
              gap,
              Buffer.buffer("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"")
                  .appendBytes(new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF})
                  .appendString("\"},\"finish_reason\":null}]}"));
      case HTML -> Script.body(200, "text/html", "<html><body>Welcome to the proxy</body></html>");
      case ERROR_200 ->
          Script.json(200, Chunks.error("The model is on holiday.", "server_error", "holiday"));
      case NULL_200 -> Script.json(200, "null");
      case EMPTY_200 -> Script.json(200, "");
      case ERROR_MIDDLE -> {
        List<Step> steps = start(ask, at, gap);
        steps.add(
            Step.Write.of(
                "data: " + Chunks.error("Out of luck.", "server_error", "luck") + "\n\n"));
        yield Script.events(steps);
      }
      case FLOOD -> {
        List<Step> steps = start(ask, 0, gap);
        steps.add(new Step.Flood(Buffer.buffer(flood(model))));
        yield Script.events(steps);
      }
      case HUGE_EVENT -> {
        List<Step> steps = start(ask, 0, gap);
        steps.add(Step.Write.of(Chunks.content(model, "x".repeat(1 << 20), false)));
        steps.add(Step.Write.of(Chunks.finish(model, "stop", ask.includeUsage())));
        steps.add(Step.Write.of(Chunks.DONE));
        yield Script.events(steps);
      }
      case ENDLESS_EVENT ->
          Script.events(
              Step.Write.of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""),
              new Step.Flood(Buffer.buffer("x".repeat(65_536))));
      case DRIP -> Script.pieces(cut(Chunks.stream(model, events, ask.includeUsage()), 3));
      case SPLIT -> Script.pieces(cut(crlf(ask, events), 7));
      case USAGE_ON_CONTENT, USAGE_ON_FINISH -> usageInPlace(ask, events, gap);
      case NOISE -> noise(ask, events, gap);
      case TOOLS -> Script.events(writes(ToolChunks.stream(model, ask.includeUsage()), gap));
      case ERROR_400 -> error(400, "Bad temperature.", "invalid_request_error", "bad_temperature");
      case ERROR_401 ->
          error(401, "Incorrect API key.", "invalid_request_error", "invalid_api_key");
      case ERROR_404 -> error(404, "No such model.", "invalid_request_error", "model_not_found");
      case ERROR_429 ->
          error(429, "Slow down.", "requests", "rate_limit_exceeded")
              .withHeader("retry-after", "7");
      case ERROR_500 -> error(500, "Out of order.", "server_error", "internal");
      case ERROR_503 -> error(503, "Closed.", "server_error", "unavailable");
      case ERROR_529 -> error(529, "Overloaded.", "overloaded_error", "overloaded");
      case ERROR_HTML -> Script.body(502, "text/html", "<html><body>Bad gateway</body></html>");
    };
  }

  private static Script error(int status, String message, String type, String code) {
    return Script.json(status, Chunks.error(message, type, code));
  }

  private static Script proper(Ask ask, int events, Duration gap) {
    return ask.stream()
        ? Script.events(writes(Chunks.stream(ask.model(), events, ask.includeUsage()), gap))
        : Script.json(200, Chunks.completion(ask.model(), events));
  }

  private static Script broken(Ask ask, int events, Duration gap, int at, Step fault) {
    List<Step> steps;
    if (ask.stream()) {
      steps = start(ask, at, gap);
    } else {
      String body = Chunks.completion(ask.model(), events);
      steps = new ArrayList<>(List.of(Step.Write.of(body.substring(0, body.length() / 2))));
    }
    steps.add(new Step.Flush());
    steps.add(fault);
    return ask.stream()
        ? Script.events(steps)
        : new Script(200, Map.of("content-type", "application/json"), steps);
  }

  private static Script garbled(Ask ask, int at, Duration gap, Buffer json) {
    if (!ask.stream()) {
      return new Script(
          200, Map.of("content-type", "application/json"), List.of(new Step.Write(json)));
    }
    List<Step> steps = start(ask, at, gap);
    steps.add(new Step.Write(Buffer.buffer("data: ").appendBuffer(json).appendString("\n\n")));
    steps.add(Step.Write.of(Chunks.finish(ask.model(), "stop", ask.includeUsage())));
    steps.add(Step.Write.of(Chunks.DONE));
    return Script.events(steps);
  }

  private static Script usageInPlace(Ask ask, int events, Duration gap) {
    String usage = ",\"usage\":" + Chunks.usageObject(events) + "}\n\n";
    boolean finish = named(ask.behaviour()) == USAGE_ON_FINISH;
    List<String> out = new ArrayList<>();
    for (String event : Chunks.stream(ask.model(), events, false)) {
      boolean last = event.contains("\"stop\"");
      boolean content = event.contains("\"content\":\"word");
      out.add((finish ? last : content) ? event.substring(0, event.length() - 3) + usage : event);
    }
    return Script.events(writes(out, gap));
  }

  private static Script noise(Ask ask, int events, Duration gap) {
    List<String> out = new ArrayList<>(List.of(": PROCESSING\n\n", "retry: 3000\n\n"));
    int id = 0;
    for (String event : Chunks.stream(ask.model(), events, ask.includeUsage())) {
      out.add(": keep-alive\n\n");
      out.add("id: " + id++ + "\nevent: message\n" + event);
    }
    return Script.events(writes(out, gap));
  }

  private static List<Step> start(Ask ask, int words, Duration gap) {
    List<String> events = new ArrayList<>(List.of(Chunks.role(ask.model(), ask.includeUsage())));
    for (int i = 0; i < words; i++) {
      events.add(Chunks.content(ask.model(), Chunks.word(i), ask.includeUsage()));
    }
    return writes(events, gap);
  }

  private static List<Step> writes(List<String> events, Duration gap) {
    List<Step> out = new ArrayList<>();
    for (String event : events) {
      if (!gap.isZero() && !out.isEmpty()) {
        out.add(new Step.Wait(gap));
      }
      out.add(Step.Write.of(event));
    }
    return out;
  }

  private static List<String> crlf(Ask ask, int events) {
    List<String> out = new ArrayList<>(List.of(Chunks.role(ask.model(), ask.includeUsage())));
    for (int i = 0; i < events; i++) {
      out.add(Chunks.content(ask.model(), "天气é😀 " + i, ask.includeUsage()));
    }
    out.add(Chunks.finish(ask.model(), "stop", ask.includeUsage()));
    if (ask.includeUsage()) {
      out.add(Chunks.usage(ask.model(), events));
    }
    out.add(Chunks.DONE);
    return out.stream().map(event -> event.replace("\n", "\r\n")).toList();
  }

  private static List<Buffer> cut(List<String> events, int size) {
    byte[] all = String.join("", events).getBytes(UTF_8);
    List<Buffer> out = new ArrayList<>();
    for (int i = 0; i < all.length; i += size) {
      out.add(Buffer.buffer(Arrays.copyOfRange(all, i, Math.min(all.length, i + size))));
    }
    return out;
  }

  private static String flood(String model) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; out.length() < 32_768; i++) {
      out.append(Chunks.content(model, Chunks.word(i), false));
    }
    return out.toString();
  }
}

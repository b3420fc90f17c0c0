package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Good streams and reports of failures, mixed, cut and garbled at random with fixed seeds: whatever
 * comes, what the client gets can be read, and {@code [DONE]} is never false.
 */
class StreamFuzzTest {

  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int ROUNDS = 5_000;

  private static final List<String> REPORTS =
      List.of(
          "data: {\"error\":{\"message\":\"%s\",\"code\":500}}\n\n",
          "data: {\"error\":\"%s\"}\r\n\r\n",
          "data: {\"object\":\"error\",\"message\":\"%s\"}\n\n",
          "data: {\"text\":\"%s\",\"error_code\":50004}\n\n",
          "data: {\"detail\":\"%s\"}\n\n",
          "event: error\ndata: {\"message\":\"%s\"}\n\n",
          "event: error\ndata: %s\n\n",
          "error: {\"message\":\"%s\"}\n\n",
          "{\"error\":{\"message\":\"%s\"}}\n",
          "{\n\"error\":\n{\"message\":\"%s\"}\n}\n\n",
          "data: %s\n\n",
          "data:"
              + " {\"choices\":[{\"index\":0,\"finish_reason\":\"error\",\"error\":{\"message\":\"%s\"}}]}\n\n");

  private static final List<String> HARMLESS =
      List.of(
          ": ping\n\n",
          ":\n",
          "retry: 1\n",
          "id: 7\n",
          "x-note: hello\n",
          "event: ping\ndata: {}\n\n",
          "data: {\"type\":\"ping\"}\n\n",
          "data: {\"choices\":[]}\n\n",
          "data:\n\n",
          " \n");

  @Test
  void aReportAmongTheEventsIsNeverLost() {
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      List<String> events = stream(random, 1 + random.nextInt(3));
      String word = "boom" + round;
      String report = REPORTS.get(random.nextInt(REPORTS.size())).replace("%s", word);
      events.add(random.nextInt(events.size()), report);
      Outcome outcome = run(random, String.join("", events).getBytes(UTF_8), 1);
      assertThat(outcome.done()).as("round %d: %s", round, events).isFalse();
      assertThat(outcome.words()).as("round %d: %s", round, events).contains(word);
    }
  }

  @Test
  void aStreamThatIsCutIsNeverDone() {
    Random random = new Random(12);
    for (int round = 0; round < ROUNDS; round++) {
      int choices = 1 + random.nextInt(3);
      List<String> events = stream(random, choices);
      int last = events.size();
      while (!events.get(last - 1).contains("\"stop\"")) {
        last--;
      }
      byte[] bytes = String.join("", events.subList(0, last)).getBytes(UTF_8);
      int end = bytes.length - 2;
      while (bytes[end] == '\n' || bytes[end] == '\r' || bytes[end] == '}') {
        end--;
      }
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(end));
      assertThat(run(random, cut, choices).done()).as("round %d", round).isFalse();
    }
  }

  @Test
  void garbledStreamsAreReadWithoutHarm() throws IOException {
    Random random = new Random(13);
    for (int round = 0; round < ROUNDS; round++) {
      int choices = 1 + random.nextInt(2);
      List<String> events = stream(random, choices);
      if (random.nextInt(3) == 0) {
        events.add(
            random.nextInt(events.size() + 1),
            REPORTS.get(random.nextInt(REPORTS.size())).replace("%s", "boom"));
      }
      byte[] bytes = garbled(random, String.join("", events).getBytes(UTF_8));
      Outcome outcome = run(random, bytes, choices);
      check("round " + round, outcome, new String(bytes, UTF_8));
    }
  }

  private static void check(String round, Outcome outcome, String sent) throws IOException {
    String text = outcome.text();
    if (text.isEmpty()) {
      return;
    }
    assertThat(text).as(round).endsWith("\n\n");
    Set<Integer> seen = new HashSet<>();
    Set<Integer> finished = new HashSet<>();
    for (String event : text.split("\n\n")) {
      assertThat(event).as(round).startsWith("data: ");
      if (event.equals("data: [DONE]")) {
        continue;
      }
      int place = 0;
      for (JsonNode choice : JACKSON.readTree(event.substring(6)).path("choices")) {
        JsonNode said = choice.path("index");
        boolean good = said.isInt() && said.asInt() >= 0 && said.asInt() <= ChunkScan.MAX_INDEX;
        int index = good ? said.asInt() : place;
        place++;
        seen.add(index);
        if (!choice.path("finish_reason").asText("").isBlank()
            && !choice.path("finish_reason").isNull()) {
          finished.add(index);
        }
      }
    }
    if (outcome.done()) {
      boolean all = !seen.isEmpty() && finished.containsAll(seen);
      assertThat(all || (finished.isEmpty() && sent.contains("[DONE]")))
          .as("%s: %s", round, sent)
          .isTrue();
    }
  }

  /** What came of a stream. */
  private record Outcome(boolean done, String text, String words) {}

  private static Outcome run(Random random, byte[] bytes, int choices) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AnswerRecorder recorder = new AnswerRecorder();
    StreamFilter filter =
        new StreamFilter(
            new StreamFilter.Options(
                random.nextBoolean(),
                choices,
                random.nextInt(4) == 0 ? "{}" : null,
                recorder,
                1 << 20),
            out::writeBytes);
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(bytes.length - at, 1 + random.nextInt(1 + random.nextInt(200)));
      filter.feed(Arrays.copyOfRange(bytes, at, at + count), count);
      at += count;
    }
    if (random.nextBoolean()) {
      filter.end();
    } else {
      filter.cut();
    }
    boolean done = filter.state() == StreamFilter.State.DONE;
    assertThat(done).isEqualTo(filter.failure() == null);
    if (done) {
      filter.finish();
    } else {
      filter.flush();
    }
    recorder.message(done);
    StreamFilter.Failure failure = filter.failure();
    byte[] words = failure == null ? null : failure.words();
    String text = out.toString(UTF_8);
    assertThat(text.contains("[DONE]")).isEqualTo(done);
    return new Outcome(done, text, words == null ? "" : new String(words, UTF_8));
  }

  private static List<String> stream(Random random, int choices) {
    List<String> out = new ArrayList<>();
    for (int choice = 0; choice < choices; choice++) {
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        noise(random, out);
        out.add(event(choice, "{\"content\":\"w" + i + " 天é\"}", "null", random));
      }
      noise(random, out);
      out.add(event(choice, "{}", "\"stop\"", random));
    }
    if (random.nextBoolean()) {
      out.add("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n");
    }
    if (random.nextInt(3) > 0) {
      out.add("data: [DONE]\n\n");
    }
    return out;
  }

  private static void noise(Random random, List<String> out) {
    if (random.nextInt(6) == 0) {
      out.add(HARMLESS.get(random.nextInt(HARMLESS.size())));
    }
  }

  private static String event(int choice, String delta, String reason, Random random) {
    String event =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":"
            + choice
            + ",\"delta\":"
            + delta
            + ",\"finish_reason\":"
            + reason
            + "}]}\n\n";
    return switch (random.nextInt(8)) {
      case 0 -> event.replace("\n", "\r\n");
      case 1 -> event.replace("data: ", "data:");
      case 2 -> event.replace("\n", "\r");
      default -> event;
    };
  }

  private static byte[] garbled(Random random, byte[] source) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int changes = 1 + random.nextInt(4);
    byte[] bytes = source;
    for (int i = 0; i < changes; i++) {
      out.reset();
      int at = random.nextInt(bytes.length + 1);
      int length = random.nextInt(1 + Math.min(30, bytes.length - at));
      out.write(bytes, 0, at);
      switch (random.nextInt(5)) {
        case 0 -> out.write(random.nextInt(256));
        case 1 -> out.writeBytes("\n\r\":{}[],\\ed".substring(random.nextInt(8)).getBytes(UTF_8));
        case 2 -> at += length;
        case 3 -> {
          int from = random.nextInt(bytes.length + 1 - length);
          out.write(bytes, from, length);
        }
        default -> {
          out.write(random.nextInt(256));
          at = Math.min(bytes.length, at + 1);
        }
      }
      out.write(bytes, at, bytes.length - at);
      bytes = out.toByteArray();
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }
}

package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamFilterTest {

  private static final String ROLE =
      "data:"
          + " {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":null}]}\n\n";
  private static final String WORD = word("天气é😀 \\\"error\\\": \\\"usage\\\"");
  private static final String FINISH =
      "data:"
          + " {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":2}}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String PROPER = ROLE + WORD + FINISH + USAGE + DONE;

  private static String word(String text) {
    return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  @Test
  void aProperStreamPassesUnchangedWhenUsageIsWanted() {
    Run run = run(true, PROPER);
    assertThat(run.text()).isEqualTo(PROPER);
    assertThat(run.filter.usage()).isEqualTo(new Usage(3, 4, 2, 0));
  }

  @Test
  void theUsageChunkIsKeptFromAClientThatDidNotAsk() {
    Run run = run(false, PROPER);
    assertThat(run.text()).isEqualTo(ROLE + WORD + FINISH + DONE);
    assertThat(run.filter.usage().completion()).isEqualTo(4);
  }

  @Test
  void everySplitGivesTheSameStream() {
    String noisy =
        ": hello\n\nretry: 5\n\nid: 1\nevent: message\n"
            + ROLE
            + ": ping\n"
            + WORD.replace("\n", "\r\n")
            + "data:{\"choices\":\r\ndata: []}\r\n\r\n"
            + FINISH.replace("\n", "\r")
            + "data:\n\n"
            + USAGE
            + "data: [DONE]\r\n\r\n";
    String expected = ROLE + WORD + "data: {\"choices\": []}\n\n" + FINISH + USAGE + DONE;
    byte[] bytes = noisy.getBytes(UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      Run run = new Run(true, 1, null);
      run.feed(Arrays.copyOfRange(bytes, 0, first));
      run.feed(Arrays.copyOfRange(bytes, first, bytes.length));
      assertThat(run.end().text()).as("split at %d", first).isEqualTo(expected);
    }
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      Run run = new Run(true, 1, null);
      int at = 0;
      while (at < bytes.length) {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(1 + random.nextInt(40)));
        run.feed(Arrays.copyOfRange(bytes, at, to));
        at = to;
      }
      assertThat(run.end().text()).isEqualTo(expected);
    }
  }

  @Test
  void noPrefixOfAStreamPassesForAWholeOne() {
    byte[] bytes = PROPER.getBytes(UTF_8);
    int finishEnd = (ROLE + WORD + FINISH).getBytes(UTF_8).length;
    for (int length = 0; length < bytes.length; length++) {
      Run run = new Run(true, 1, null);
      run.feed(Arrays.copyOfRange(bytes, 0, length));
      run.end();
      if (length < finishEnd - 2) {
        assertThat(run.filter.state()).as("%d", length).isEqualTo(StreamFilter.State.FAILED);
        assertThat(run.text()).doesNotContain("[DONE]");
      }
    }
  }

  @Test
  void aStreamThatFinishedAndEndedWellIsGivenItsEnd() {
    assertThat(run(false, ROLE + WORD + FINISH).text()).isEqualTo(ROLE + WORD + FINISH + DONE);
    assertThat(run(false, ROLE + WORD + FINISH + "data: [DONE]").text()).endsWith(DONE);
  }

  @Test
  void eachOfSeveralAnswersMustFinish() {
    Run one = new Run(false, 2, null);
    one.feed((ROLE + FINISH).getBytes(UTF_8));
    assertThat(one.end().failure()).contains("truncated");
    Run both = new Run(false, 2, null);
    both.feed((ROLE + FINISH + FINISH.replace("\"index\":0", "\"index\":1")).getBytes(UTF_8));
    assertThat(both.end().text()).endsWith(DONE);
  }

  @Test
  void anEndBeforeTheBeginningIsAFailure() {
    assertThat(run(false, DONE).failure()).contains("before it began");
    assertThat(run(false, "").failure()).contains("truncated");
    assertThat(run(false, USAGE + DONE).failure()).contains("before it began");
  }

  @Test
  void whatComesAfterTheEndIsIgnored() {
    assertThat(run(false, ROLE + FINISH + DONE + WORD + "<html>").text())
        .isEqualTo(ROLE + FINISH + DONE);
  }

  @Test
  void anErrorAmongTheEventsEndsTheStream() {
    Run run =
        run(false, ROLE + WORD + "data: {\"error\":{\"message\":\"no\"}}\n\n" + FINISH + DONE);
    assertThat(run.text()).isEqualTo(ROLE + WORD);
    assertThat(run.error()).isEqualTo("{\"message\":\"no\"}");
    Run named = run(false, ROLE + "event: error\ndata: {\"message\":\"no\"}\n\n" + FINISH + DONE);
    assertThat(named.error()).isEqualTo("{\"message\":\"no\"}");
    assertThat(run(false, ROLE + "data: {\"error\":null,\"choices\":[]}\n\n" + FINISH).text())
        .endsWith(DONE);
  }

  @Test
  void garbleEndsTheStream() {
    for (String garble :
        List.of(
            "data: {\"choices\":[{\n\n",
            "data: hello\n\n",
            "<html>\n\n",
            "{\"choices\":[]}\n\n",
            "ata: {\"choices\":[]}\n\n",
            "data: {\"choices\":[],\"usage\":{},\"usage\":{}}\n\n",
            "data: [\n\n")) {
      Run run = run(false, ROLE + WORD + garble + FINISH + DONE);
      assertThat(run.filter.state()).as(garble).isEqualTo(StreamFilter.State.FAILED);
      assertThat(run.text()).isEqualTo(ROLE + WORD);
    }
    Run run = new Run(false, 1, null);
    byte[] bad = (ROLE + word("x")).getBytes(UTF_8);
    bad[bad.length - 30] = (byte) 0xff;
    run.feed(bad);
    assertThat(run.failure()).contains("not JSON");
  }

  @Test
  void usageOnContentIsMovedToAChunkOfItsOwn() {
    String usage = ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9}}\n\n";
    String content = WORD.substring(0, WORD.length() - 3) + usage;
    String finish = FINISH.substring(0, FINISH.length() - 3) + usage;
    Run asked = run(true, ROLE + content + finish + DONE);
    assertThat(asked.text())
        .isEqualTo(
            ROLE
                + WORD.replace("}\n\n", ",\"usage\":null}\n\n")
                + FINISH.replace("}\n\n", ",\"usage\":null}\n\n")
                + "data:"
                + " {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9}}\n\n"
                + DONE);
    Run notAsked = run(false, ROLE + content + finish + DONE);
    assertThat(notAsked.text()).isEqualTo(ROLE + WORD + FINISH + DONE);
    assertThat(notAsked.filter.usage().completion()).isEqualTo(9);
  }

  @Test
  void anExtensionRidesOnTheFirstEvent() {
    Run run = new Run(false, 1, "{\"citations\":[]}");
    run.feed((ROLE + WORD + FINISH + DONE).getBytes(UTF_8));
    assertThat(run.end().text())
        .isEqualTo(
            ROLE.replace("}\n\n", ",\"weft\":{\"citations\":[]}}\n\n") + WORD + FINISH + DONE);
  }

  @Test
  void chunksWithoutChoicesSayNothingAndAreDropped() {
    assertThat(run(false, ROLE + "data: {\"type\":\"ping\"}\n\n" + FINISH + DONE).text())
        .isEqualTo(ROLE + FINISH + DONE);
  }

  @Test
  void itemsStaySmallAndEndWithEvents() {
    Run run = new Run(false, 1, null);
    byte[] many = (ROLE + word("x".repeat(200)).repeat(1_000)).getBytes(UTF_8);
    run.feed(many);
    assertThat(run.largest).isLessThan(StreamFilter.ITEM_BYTES + 400);
    assertThat(run.text()).endsWith("}\n\n");
  }

  @Test
  void anEventWithoutEndIsRefused() {
    Run run = new Run(false, 1, null);
    byte[] part = "x".repeat(1 << 20).getBytes(UTF_8);
    run.feed("data: {\"choices\":[\"".getBytes(UTF_8));
    for (int i = 0; i < 6 && run.filter.state() == StreamFilter.State.OPEN; i++) {
      run.feed(part);
    }
    assertThat(run.failure()).contains("more than");
  }

  private static Run run(boolean usageWanted, String stream) {
    Run run = new Run(usageWanted, 1, null);
    run.feed(stream.getBytes(UTF_8));
    return run.end();
  }

  /** One stream through a filter. */
  private static final class Run {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StreamFilter filter;
    private int largest;

    Run(boolean usageWanted, int choices, @Nullable String extension) {
      filter =
          new StreamFilter(
              new StreamFilter.Options(usageWanted, choices, extension, null),
              item -> {
                largest = Math.max(largest, item.length);
                out.writeBytes(item);
              });
    }

    void feed(byte[] bytes) {
      filter.feed(bytes, bytes.length);
      filter.flush();
    }

    Run end() {
      filter.end();
      if (filter.state() == StreamFilter.State.DONE) {
        filter.finish();
      } else {
        filter.flush();
      }
      return this;
    }

    String text() {
      return out.toString(UTF_8);
    }

    String failure() {
      StreamFilter.Failure failure = filter.failure();
      return failure == null ? "" : failure.message();
    }

    String error() {
      StreamFilter.Failure failure = filter.failure();
      byte[] error = failure == null ? null : failure.error();
      return error == null ? "" : new String(error, UTF_8);
    }
  }
}

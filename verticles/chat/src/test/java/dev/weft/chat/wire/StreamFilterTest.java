package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFilterTest {

  private static final int MAX_EVENT_BYTES = 4 << 20;

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
    assertThat(run(false, "").failure()).contains("no answer");
    assertThat(run(false, ": ping\n\n").failure()).contains("no answer");
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
    assertThat(run.words()).isEqualTo("{\"message\":\"no\"}");
    Run named = run(false, ROLE + "event: error\ndata: {\"message\":\"no\"}\n\n" + FINISH + DONE);
    assertThat(named.words()).isEqualTo("{\"message\":\"no\"}");
    assertThat(run(false, ROLE + "data: {\"error\":null,\"choices\":[]}\n\n" + FINISH).text())
        .endsWith(DONE);
  }

  @Test
  void garbleEndsTheStream() {
    for (String garble :
        List.of(
            "data: {\"choices\":[{\n\n",
            "data: hello\n\n",
            "{\"choices\":[{\n\n",
            "data: {\"choices\":[],\"usage\":{},\"usage\":{}}\n\n",
            "data: {\"choices\":[1]}\n\n",
            "data: null\n\n",
            "data: [\n\n")) {
      Run run = run(false, ROLE + WORD + garble + FINISH + DONE);
      assertThat(run.filter.state()).as(garble).isEqualTo(StreamFilter.State.FAILED);
      assertThat(run.text()).isEqualTo(ROLE + WORD);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"error\":{\"message\":\"boom\"}}\n\n",
        "data: {\"error\":\"boom\"}\n\n",
        "data: {\"object\":\"error\",\"message\":\"boom\",\"code\":500}\n\n",
        "data: {\"text\":\"boom\",\"error_code\":50004}\n\n",
        "data: {\"detail\":\"boom\"}\n\n",
        "data: {\"detail\":[{\"loc\":[\"body\"],\"msg\":\"boom\"}]}\n\n",
        "data: {\"message\":\"boom\"}\n\n",
        "data: {\"msg\":\"boom\",\"code\":7}\n\n",
        "data: {\"errors\":[{\"message\":\"boom\"}]}\n\n",
        "data: {\"type\":\"error\",\"error\":{\"message\":\"boom\"}}\n\n",
        "data: {\"type\":\"exception\",\"text\":\"boom\"}\n\n",
        "data: {\"base_resp\":{\"status_code\":1004,\"status_msg\":\"boom\"},\"choices\":null}\n\n",
        "data: {\"object\":\"chat.completion.chunk\",\"boom\":true}\n\n",
        "data: {\"success\":false,\"reason\":\"boom\"}\n\n",
        "data: [{\"error\":{\"message\":\"boom\"}}]\n\n",
        "data:"
            + " {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\",\"error\":{\"message\":\"boom\"}}]}\n\n",
        "data:"
            + " {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"boom\"},\"finish_reason\":\"error\"}]}\n\n",
        "data: {\"choices\":[],\"error_code\":3,\"text\":\"boom\"}\n\n",
        "data: boom\n\n",
        "data: error: boom\n\n",
        "data: \"boom\"\n\n",
        "event: error\ndata: boom\n\n",
        "event: error\ndata: {\"message\":\"boom\"}\n\n",
        "event:error\ndata: {\"choices\":[],\"boom\":1}\n\n",
        "event: Error\r\ndata: boom\r\n\r\n",
        "error: {\"code\":400,\"message\":\"boom\"}\n\n",
        "Error: boom\n\n",
        "error:{\"message\":\"boom\"}\n",
        "{\"error\":{\"message\":\"boom\"}}\n",
        "{\"detail\":\"boom\"}\n\n",
        "  {\"error\":\"boom\"}\n",
        "{\n  \"error\": {\n    \"message\": \"boom\"\n  }\n}\n\n",
        "[{\"error\":\"boom\"}]\n\n"
      })
  void aReportOfAFailureInAnyShapeEndsTheStreamWithItsWords(String report) {
    for (String before : List.of("", ROLE, ROLE + WORD, ROLE + FINISH)) {
      for (String after : List.of("", DONE, WORD + FINISH + DONE, "data: [DONE]")) {
        Run run = run(false, before + report + after);
        assertThat(run.filter.state()).as(before + report).isEqualTo(StreamFilter.State.FAILED);
        assertThat(run.text()).doesNotContain("[DONE]").doesNotContain("boom");
        assertThat(run.words()).contains("boom");
      }
    }
  }

  @Test
  void anErrorWithoutAnyWordsIsOne() {
    assertThat(run(false, ROLE + "event: error\n\n" + FINISH + DONE).failure())
        .contains("reported an error");
    assertThat(run(false, ROLE + "data: {\"error\":{}}\n\n" + FINISH + DONE).failure())
        .contains("no part of an answer");
  }

  @Test
  void linesOfNoFieldAreIgnoredUnlessNothingElseTellsTheEnd() {
    for (String line :
        List.of("x-note: hello\n", "foo: bar\n\n", " \n", "data\n\n", "<html>\n\n")) {
      assertThat(run(false, ROLE + line + WORD + FINISH + DONE).text())
          .isEqualTo(ROLE + WORD + FINISH + DONE);
    }
    Run cut = run(false, ROLE + WORD + "upstream connect error\n\n");
    assertThat(cut.failure()).contains("truncated");
    assertThat(cut.words()).isEqualTo("upstream connect error");
    assertThat(run(false, ROLE + "CUDA out of memory\n\n" + DONE).words()).contains("CUDA");
    assertThat(run(false, "<html>login</html>").words()).isEqualTo("<html>login</html>");
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    byte[] bytes = ("\uFEFF" + PROPER).getBytes(UTF_8);
    for (int first = 0; first < 6; first++) {
      Run run = new Run(true, 1, null);
      run.feed(Arrays.copyOfRange(bytes, 0, first));
      run.feed(Arrays.copyOfRange(bytes, first, bytes.length));
      assertThat(run.end().text()).isEqualTo(PROPER);
    }
  }

  @Test
  void aSpaceMoreThanTheStandardHasIsNoFault() {
    assertThat(run(true, PROPER.replace("data: ", "data:  ")).text()).isEqualTo(PROPER);
  }

  @Test
  void eventsOfCarriageReturnsAloneNeedNoFurtherByte() {
    Run run = new Run(false, 1, null);
    run.feed((ROLE + WORD + FINISH + DONE).replace("\n", "\r").getBytes(UTF_8));
    assertThat(run.filter.state()).isEqualTo(StreamFilter.State.DONE);
  }

  @Test
  void anAnswerInOnePieceBecomesAStream() {
    String whole =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
    String start = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",";
    String expected =
        start
            + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hi\"},"
            + "\"finish_reason\":null}]}\n\n"
            + start
            + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
            + start
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n"
            + DONE;
    for (String sent : List.of(whole, whole.replace(",", ",\n  "), "data: " + whole + "\n\n")) {
      Run run = run(true, sent);
      assertThat(run.text()).isEqualTo(expected);
      assertThat(run.filter.usage().completion()).isEqualTo(4);
    }
    assertThat(run(false, whole.substring(0, whole.length() - 1)).text()).isEmpty();
  }

  @Test
  void linesOfJsonAreAStream() {
    assertThat(run(true, PROPER.replace("data: {", "{").replace("\n\n", "\n")).text())
        .isEqualTo(PROPER);
  }

  @Test
  void brokenBytesAndControlCharactersAreMended() {
    byte[] bad = (ROLE + word("caf##") + word("a\tb") + FINISH + DONE).getBytes(UTF_8);
    int at = new String(bad, UTF_8).indexOf("##");
    bad[at] = (byte) 0xC3;
    bad[at + 1] = (byte) 0xFF;
    Run run = new Run(false, 1, null);
    run.feed(bad);
    assertThat(run.end().text())
        .isEqualTo(ROLE + word("caf\uFFFD\uFFFD") + word("a\\tb") + FINISH + DONE);
    assertThat(run.filter.repaired()).isEqualTo(2);
  }

  @Test
  void eachIndexFinishesForItself() {
    String second = WORD.replace("\"index\":0", "\"index\":1");
    String secondEnds = FINISH.replace("\"index\":0", "\"index\":1");
    for (String cut :
        List.of(
            ROLE + FINISH + FINISH + second,
            ROLE + FINISH + FINISH + second + DONE,
            ROLE + second + FINISH + FINISH,
            ROLE + FINISH,
            second + secondEnds + secondEnds)) {
      Run run = new Run(false, 2, null);
      run.feed(cut.getBytes(UTF_8));
      assertThat(run.end().failure()).as(cut).contains("truncated");
      assertThat(run.text()).doesNotContain("[DONE]");
    }
    assertThat(run(false, ROLE + FINISH + second).failure()).contains("truncated");
    Run believed = new Run(false, 2, null); // a provider that knows no n
    believed.feed((ROLE + FINISH + DONE).getBytes(UTF_8));
    assertThat(believed.end().text()).endsWith(DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "null"})
  void anEmptyReasonIsNone(String reason) {
    String empty = WORD.replace("\"finish_reason\":null", "\"finish_reason\":\"" + reason + "\"");
    Run run = run(false, ROLE + empty + empty);
    assertThat(run.failure()).contains("truncated");
    assertThat(run(false, ROLE + empty + FINISH).text()).isEqualTo(ROLE + empty + FINISH + DONE);
  }

  @Test
  void aBrokenConnectionAfterTheEndIsAnEnd() {
    for (String half : List.of("", "data: [DO", "data: {\"choices\":[],\"us", USAGE)) {
      Run run = new Run(true, 1, null);
      run.feed((ROLE + FINISH + half).getBytes(UTF_8));
      run.filter.cut();
      assertThat(run.filter.state()).isEqualTo(StreamFilter.State.DONE);
    }
    Run early = new Run(false, 1, null);
    early.feed((ROLE + WORD + FINISH.substring(0, 40)).getBytes(UTF_8));
    early.filter.cut();
    assertThat(early.failure()).contains("truncated");
    Run told = new Run(false, 1, null);
    told.feed((ROLE + "error: {\"message\":\"boom\"}").getBytes(UTF_8));
    told.filter.cut();
    assertThat(told.words()).contains("boom");
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
  void whatSaysNothingIsDroppedAndMatterAboutTheAnswerGoesOn() {
    for (String nothing :
        List.of(
            "data: {\"type\":\"ping\"}\n\n",
            "data: {}\n\n",
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":null}\n\n",
            "event: ping\ndata: {\"at\":1}\n\n",
            "event: heartbeat\ndata: x\n\n")) {
      assertThat(run(false, ROLE + nothing + FINISH + DONE).text()).isEqualTo(ROLE + FINISH + DONE);
    }
    assertThat(run(false, ROLE + "data: {\"citations\":[1]}\n\n" + FINISH + DONE).text())
        .isEqualTo(ROLE + "data: {\"citations\":[1],\"choices\":[]}\n\n" + FINISH + DONE);
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
              new StreamFilter.Options(usageWanted, choices, extension, null, MAX_EVENT_BYTES),
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

    String words() {
      StreamFilter.Failure failure = filter.failure();
      byte[] words = failure == null ? null : failure.words();
      return words == null ? "" : new String(words, UTF_8);
    }
  }
}

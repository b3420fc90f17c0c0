package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.chat.prepare.Message;
import dev.weft.contracts.WeftException;
import dev.weft.node.http.ContentDecoder;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients and providers send is read in time linear in its bytes. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WireCostTest {
  private static final LinearCost COST = LinearCost.between(2_048, 65_536);
  private static final LinearCost SHORT = LinearCost.between(1_024, 65_536);

  @Test
  void requestsAreRead() {
    COST.assertOn(Adversarial.json(), body -> read(body));
    COST.assertOn(
        Adversarial.json(),
        part -> read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"x\":" + part + "}"));
    SHORT.assertOn(Adversarial.characters(), text -> read(request(text)));
  }

  @Test
  void messagesAreTakenApart() {
    Consumer<String> list =
        array -> {
          try {
            Message.list(array.getBytes(UTF_8));
          } catch (WeftException e) {
            // Refusing must be cheap, too.
          }
        };
    COST.assertOn(Adversarial.json(), list);
    COST.assertOn(
        List.of(Adversarial.repeated("messages", "{\"role\":\"user\",\"content\":\"a\"},")),
        messages -> list.accept("[" + messages + "{}]"));
  }

  @Test
  void answersAreScannedAndKept() {
    ChunkScan scan = new ChunkScan();
    Consumer<String> answer =
        text -> {
          byte[] bytes = text.getBytes(UTF_8);
          if (scan.scan(bytes, 0, bytes.length)) {
            new AnswerRecorder().body(bytes);
            Usage.read(bytes, 0, bytes.length);
          }
        };
    COST.assertOn(Adversarial.json(), answer);
    COST.assertOn(
        Adversarial.json(),
        part -> answer.accept("{\"choices\":[{\"index\":0,\"message\":" + part + "}]}"));
    SHORT.assertOn(Adversarial.characters(), text -> answer.accept("{\"a\":\"" + text + "\"}"));
  }

  @Test
  void streamsAreCutIntoEventsHoweverTheyAreSplit() {
    List<Adversarial> streams = new ArrayList<>(Adversarial.json());
    streams.addAll(Adversarial.texts());
    streams.add(Adversarial.repeated("events", event("\"a\"")));
    streams.add(
        Adversarial.repeated("events with usage", "data: {\"choices\":[],\"usage\":{}}\n\n"));
    streams.add(Adversarial.repeated("empty data lines", "data:\n"));
    streams.add(Adversarial.repeated("data lines of one event", "data: 1\n"));
    streams.add(Adversarial.repeated("comments", ":\n"));
    streams.add(Adversarial.repeated("comments between events", ": ping\n\n"));
    streams.add(Adversarial.repeated("carriage returns", "\r"));
    streams.add(Adversarial.repeated("colons", "data:::::"));
    streams.add(Adversarial.repeated("lines of no field", "x\n"));
    streams.add(Adversarial.repeated("lines of json", "{\n"));
    streams.add(Adversarial.repeated("whole lines of json", "{\"choices\":[]}\n"));
    streams.add(
        Adversarial.repeated("events to be mended", "data: {\"choices\":[],\"a\":\"\t\"}\n\n"));
    streams.add(
        Adversarial.repeated("answers in one piece", "data: {\"choices\":[{\"message\":{}}]}\n\n"));
    for (Adversarial stream : streams) {
      for (String before : List.of("", "data: ")) {
        for (int length : new int[] {1, 7, 4_096}) {
          SHORT.assertOn(
              stream.name() + " in pieces of " + length,
              units -> pieces(stream, before, units, length),
              WireCostTest::feed);
        }
      }
    }
  }

  @Test
  void encodedBytesAreDecodedHoweverTheyAreSplit() {
    for (String encoding : List.of("gzip", "deflate")) {
      for (byte first : new byte[] {0x1f, 0x78, 0}) {
        SHORT.assertOn(
            encoding + " in pieces of one byte",
            count -> count,
            count -> {
              try (ContentDecoder decoder =
                  Objects.requireNonNull(ContentDecoder.of(encoding, 1 << 20))) {
                for (int i = 0; i < count; i++) {
                  decoder.feed(new byte[] {i == 0 ? first : (byte) i}, 1, piece -> {});
                }
              } catch (IOException refused) {
                // Refusing must be cheap, too.
              }
            });
      }
    }
  }

  @Test
  void argumentsOfToolCallsAreGatheredFromTinyPieces() {
    String chunk =
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
            + "{\"arguments\":\"x\"}}]}}]}";
    SHORT.assertOn(
        "arguments in pieces of one character",
        count -> count,
        count -> {
          byte[] bytes = chunk.getBytes(UTF_8);
          AnswerRecorder recorder = new AnswerRecorder();
          for (int i = 0; i < count; i++) {
            recorder.chunk(bytes, 0, bytes.length);
          }
          recorder.message(true);
        });
  }

  private static void read(String body) {
    try {
      CompletionRequest.read(body.getBytes(UTF_8)).toProvider("other", true);
    } catch (WeftException e) {
      // Refusing must be cheap, too.
    }
  }

  private static String request(String text) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
  }

  private static String event(String content) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":" + content + "}}]}\n\n";
  }

  private static List<byte[]> pieces(Adversarial stream, String before, int units, int length) {
    List<byte[]> pieces = new ArrayList<>();
    pieces.add(before.getBytes(UTF_8));
    stream.inPieces(units, length).forEach(piece -> pieces.add(piece.getBytes(UTF_8)));
    return pieces;
  }

  private static void feed(List<byte[]> pieces) {
    AnswerRecorder recorder = new AnswerRecorder();
    StreamFilter filter =
        new StreamFilter(new StreamFilter.Options(true, 1, "{}", recorder, 32 << 20), item -> {});
    for (byte[] piece : pieces) {
      filter.feed(piece, piece.length);
    }
    filter.end();
  }
}

package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionRequestTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  @Test
  void aRequestThatNeedsNoChangeKeepsItsArray() {
    byte[] body = ("{ \"model\" : \"m\",\n" + MESSAGES + " }").getBytes(UTF_8);
    assertThat(CompletionRequest.read(body).toProvider("m", true)).isSameAs(body);
    byte[] streamed =
        ("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + MESSAGES
                + "}")
            .getBytes(UTF_8);
    assertThat(CompletionRequest.read(streamed).toProvider(null, true)).isSameAs(streamed);
  }

  @Test
  void ourFieldsAreTakenOutAndTheRestKeepsItsBytes() {
    String odd = "\"x\\u0079\" : [1.0e2 , \"a\\/\\ud83d\\ude00,}\" ]";
    CompletionRequest request =
        read(
            "{\"rag\":{\"collection\":\"docs\",\"limit\":3},\"model\":\"p/m\", "
                + odd
                + " ,\"conversation\":\"c\","
                + MESSAGES
                + "}");
    assertThat(text(request.toProvider("m", true)))
        .isEqualTo("{\"model\":\"m\"," + odd + "," + MESSAGES + "}");
    assertThat(request.rag()).isEqualTo(new CompletionRequest.RagRequest("docs", 3));
    assertThat(request.conversation()).isEqualTo("c");
  }

  @Test
  void usageIsAskedForAlways() {
    assertThat(text(read("{\"stream\":true," + MESSAGES + "}").toProvider(null, true)))
        .isEqualTo(
            "{\"stream\":true," + MESSAGES + ",\"stream_options\":{\"include_usage\":true}}");
    CompletionRequest other =
        read(
            "{\"stream_options\":{\"include_usage\":false,\"z\":1},\"stream\":true,"
                + MESSAGES
                + "}");
    assertThat(other.usageWanted()).isFalse();
    assertThat(text(other.toProvider(null, true)))
        .isEqualTo(
            "{\"stream_options\":{\"include_usage\":true,\"z\":1},\"stream\":true,"
                + MESSAGES
                + "}");
    assertThat(text(read("{\"stream\":true," + MESSAGES + "}").toProvider(null, false)))
        .doesNotContain("stream_options");
    assertThat(
            text(
                read("{\"stream_options\":null,\"stream\":true," + MESSAGES + "}")
                    .toProvider(null, true)))
        .startsWith("{\"stream_options\":{\"include_usage\":true}");
  }

  @Test
  void namesWithEscapesAreKnownForWhatTheyAre() {
    CompletionRequest request =
        read(
            "{\"mod\\u0065l\":\"a\\u0062\",\"r\\u0061g\":{\"collection\":\"d\"}," + MESSAGES + "}");
    assertThat(request.model()).isEqualTo("ab");
    assertThat(text(request.toProvider("ab", true)))
        .isEqualTo("{\"mod\\u0065l\":\"a\\u0062\"," + MESSAGES + "}");
    assertThat(text(request.toProvider("q\"\\é", true)))
        .isEqualTo("{\"model\":\"q\\\"\\\\é\"," + MESSAGES + "}");
  }

  @Test
  void aModelThatIsMissingIsAdded() {
    assertThat(text(read("{" + MESSAGES + "}").toProvider("m", true)))
        .isEqualTo("{" + MESSAGES + ",\"model\":\"m\"}");
  }

  @Test
  void messagesAreReplacedInPlace() {
    CompletionRequest request =
        read("{\"model\":\"m\"," + MESSAGES + ",\"n\":2}").withMessages("[1]".getBytes(UTF_8));
    assertThat(text(request.fields().bytes()))
        .isEqualTo("{\"model\":\"m\",\"messages\":[1],\"n\":2}");
    assertThat(request.choices()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                            | ''",
        "'{'                                           | ''",
        "'[]'                                          | ''",
        "'null'                                        | ''",
        "'{\"messages\":[1]} x'                        | ''",
        "'{\"model\":\"a\",\"messages\":[1],\"model\":\"b\"}'       | model",
        "'{\"model\":\"a\",\"mod\\u0065l\":\"b\",\"messages\":[1]}' | model",
        "'{\"model\":\"m\"}'                           | messages",
        "'{\"messages\":null}'                         | messages",
        "'{\"messages\":\"hi\"}'                       | messages",
        "'{\"messages\":[ ]}'                          | messages",
        "'{\"messages\":[1],\"model\":7}'              | model",
        "'{\"messages\":[1],\"stream\":\"yes\"}'       | stream",
        "'{\"messages\":[1],\"stream_options\":[]}'    | stream_options",
        "'{\"messages\":[1],\"n\":0}'                  | n",
        "'{\"messages\":[1],\"n\":1.5}'                | n",
        "'{\"messages\":[1],\"n\":99999999999}'        | n",
        "'{\"messages\":[1],\"rag\":\"docs\"}'         | rag",
        "'{\"messages\":[1],\"rag\":{}}'               | rag.collection",
        "'{\"messages\":[1],\"rag\":{\"collection\":1}}'             | rag.collection",
        "'{\"messages\":[1],\"rag\":{\"collection\":\"a\",\"k\":1}}' | rag.k",
        "'{\"messages\":[1],\"rag\":{\"collection\":\"a\",\"limit\":51}}' | rag.limit",
        "'{\"messages\":[1],\"rag\":{\"collection\":\"a\",\"limit\":\"2\"}}' | rag.limit",
        "'{\"messages\":[1],\"conversation\":\"\"}'    | conversation",
        "'{\"messages\":[1],\"conversation\":{}}'      | conversation",
        "'{\"messages\":[1],\"conversation\":\"c\",\"n\":2}'         | n",
      })
  void whatCannotBeIsRefusedWithTheFieldAtFault(String body, String param) {
    WeftException refused =
        catchThrowableOfType(
            WeftException.class, () -> CompletionRequest.read(body.getBytes(UTF_8)));
    assertThat(refused).as(body).isNotNull();
    boolean form = List.of("", "model", "stream").contains(param);
    assertThat(refused.error().code()).isEqualTo(form ? "json:invalid" : "chat:request.invalid");
    assertThat(refused.error().details().getOrDefault(WeftError.PARAM, "")).isEqualTo(param);
  }

  @Test
  void deepNestingIsRefused() {
    WeftException refused =
        catchThrowableOfType(WeftException.class, () -> read("{\"messages\":" + "[".repeat(5_000)));
    assertThat(refused.error().code()).isEqualTo("json:invalid");
  }

  private static CompletionRequest read(String body) {
    return CompletionRequest.read(body.getBytes(UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}

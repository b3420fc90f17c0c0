package dev.weft.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.Search;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBinderTest {

  @Test
  void bodyPathAndQueryBecomeOneRecord() {
    assertThat(
            bind(PutDocument.class, "{\"text\":\"t\",\"metadata\":{\"a\":\"b\"}}", path("c", "d")))
        .isEqualTo(new PutDocument("c", "d", null, "t", Map.of("a", "b")));
    assertThat(
            new RecordBinder<>(ListDocuments.class)
                .bind(new byte[0], Map.of("collection", "c"), "limit=5&after=a%2Fb+c"))
        .isEqualTo(new ListDocuments("c", 5, "a/b c"));
    assertThat(bind(CreateKey.class, "{\"name\":\"n\",\"scopes\":[\"a\"]}", Map.of()))
        .isEqualTo(new CreateKey("n", List.of("a"), null));
    assertThat(bind(Empty.class, "", Map.of())).isEqualTo(Empty.INSTANCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|collection|required",
        "{\"collection\":null,\"query\":\"q\"}|collection|required",
        "{\"collection\":\"c\"}|query|required",
        "{\"collection\":\"c\",\"query\":\"q\",\"limitt\":5}|limitt|Unknown field",
        "{\"collection\":\"c\",\"query\":\"q\",\"limit\":\"5\"}|limit|an integer",
        "{\"collection\":\"c\",\"query\":\"q\",\"limit\":1.5}|limit|an integer",
        "{\"collection\":\"c\",\"query\":7}|query|a string",
        "{\"collection\":\"c\",\"query\":true}|query|a string",
        "{\"collection\":\"c\",\"query\":[\"q\"]}|query|a string",
      })
  void aFieldAtFaultIsNamed(String body, String param, String words) {
    WeftError error = refusal(Search.class, body, Map.of(), null);

    assertThat(error.code()).isEqualTo("json:invalid");
    assertThat(error.details()).containsEntry(WeftError.PARAM, param);
    assertThat(error.message()).contains(words);
  }

  @Test
  void aFieldWithinAFieldIsNamedByItsPath() {
    WeftError error =
        refusal(CreateKey.class, "{\"name\":\"n\",\"scopes\":[\"a\",1]}", Map.of(), null);

    assertThat(error.details()).containsEntry(WeftError.PARAM, "scopes[1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"x\"", "{", "{\"a\":1}}", "{\"a\":1,\"a\":2}", "nul"})
  void whatIsNoJsonObjectIsRefused(String body) {
    assertThat(refusal(Search.class, body, Map.of(), null).code()).isEqualTo("json:invalid");
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"query\":" + "[".repeat(100_000) + "}";

    assertThat(refusal(Search.class, deep, Map.of(), null).code()).isEqualTo("json:invalid");
  }

  @Test
  void whatThePathSaysTheBodyMayNotSayAgain() {
    WeftError error =
        refusal(
            PutDocument.class, "{\"collection\":\"other\",\"text\":\"t\"}", path("c", "d"), null);

    assertThat(error.details()).containsEntry(WeftError.PARAM, "collection");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=x,limit",
    "limit=,limit",
    "limit=99999999999,limit",
    "page=2,page",
    "limit=1&limit=2,limit",
    "collection=d,collection"
  })
  void aQueryParameterAtFaultIsNamed(String query, String param) {
    WeftError error = refusal(ListDocuments.class, "", Map.of("collection", "c"), query);

    assertThat(error.details()).containsEntry(WeftError.PARAM, param);
  }

  private static Map<String, String> path(String collection, String id) {
    return Map.of("collection", collection, "id", id);
  }

  private static <Q> Q bind(Class<Q> type, String body, Map<String, String> variables) {
    return new RecordBinder<>(type).bind(body.getBytes(StandardCharsets.UTF_8), variables, null);
  }

  private static WeftError refusal(
      Class<?> type, String body, Map<String, String> variables, @Nullable String query) {
    RecordBinder<?> binder = new RecordBinder<>(type);
    return catchThrowableOfType(
            WeftException.class,
            () -> binder.bind(body.getBytes(StandardCharsets.UTF_8), variables, query))
        .error();
  }
}

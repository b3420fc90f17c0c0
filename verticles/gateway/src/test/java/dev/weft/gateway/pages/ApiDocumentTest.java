package dev.weft.gateway.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiDocumentTest {
  private final ApiDocument document = new ApiDocument(Services.ALL, "9.9.9");

  @Test
  void itShowsTheAddressThatWasAskedUnlessThatIsOdd() {
    String asked = "https://weft.example:8443";
    assertThat(document.page(asked))
        .contains("curl -N " + asked + "/v1/")
        .doesNotContain("localhost");
    assertThat(new String(document.json(asked), StandardCharsets.UTF_8))
        .contains("\"url\" : \"" + asked + "\"", "`" + asked + "/v1`")
        .doesNotContain("localhost");
    for (String odd :
        new String[] {"", "http://x;rm", "http://<b>", "http://a\"b", "javascript:x"}) {
      assertThat(document.page(odd)).contains("curl -N http://localhost:8000/v1/");
    }
  }

  @Test
  void itCarriesTheVersionOfTheSoftware() throws Exception {
    assertThat(json().at("/info/version").asText()).isEqualTo("9.9.9");
  }

  @Test
  void everyReferencePointsSomewhere() throws Exception {
    JsonNode root = json();

    List<String> refs = new ArrayList<>();
    root.findValuesAsText("$ref", refs);

    assertThat(refs).hasSizeGreaterThan(50);
    for (String ref : refs) {
      assertThat(root.at(ref.substring(1)).isMissingNode()).as(ref).isFalse();
    }
  }

  @Test
  void everyOperationHasItsOwnIdAndATagThatIsListed() throws Exception {
    JsonNode root = json();
    Set<String> tags = new HashSet<>(root.path("tags").findValuesAsText("name"));
    List<String> ids = root.findValuesAsText("operationId");

    assertThat(ids).doesNotHaveDuplicates();
    root.path("paths")
        .findValues("tags")
        .forEach(list -> assertThat(tags).contains(list.path(0).asText()));
  }

  @Test
  void everyOperationWithAKeySaysWhatHappensWithoutOne() throws Exception {
    for (JsonNode path : json().path("paths")) {
      for (var entry : path.properties()) {
        JsonNode operation = entry.getValue();
        if (operation.has("operationId") && !operation.has("security")) {
          assertThat(operation.path("responses").has("401"))
              .as(operation.path("operationId").asText())
              .isTrue();
        }
      }
    }
  }

  @Test
  void thePageShowsEveryOperationAndRunsNoScript() throws Exception {
    String page = document.page("");

    for (String id : json().findValuesAsText("operationId")) {
      assertThat(page).contains("<article id=\"" + id + "\">").contains("href=\"#" + id + "\"");
    }
    assertThat(page).doesNotContain("<script").doesNotContainPattern("<[^>]* (on\\w+|style)=");
    assertThat(Html.CONTENT_SECURITY_POLICY)
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void everyRouteIsDocumented() throws Exception {
    JsonNode paths = json().path("paths");
    for (ServiceDescriptor service : Services.ALL) {
      assertThat(service.title()).as(service.name()).isNotBlank();
      assertThat(service.about()).as(service.name()).isNotBlank();
      for (HttpRoute route : service.routes()) {
        JsonNode operation = paths.path(route.plainPath()).path(route.method().word());
        assertThat(operation.path("operationId").asText()).isEqualTo(route.id());
        assertThat(operation.path("summary").asText()).as(route.id()).isNotBlank();
        assertThat(operation.at("/responses/200/description").asText()).as(route.id()).isNotBlank();
        assertThat(route.body() == HttpRoute.Body.NONE || operation.has("requestBody"))
            .as("body of " + route.id())
            .isTrue();
      }
      assertThat(paths.path(service.healthPath()).has("get")).as(service.healthPath()).isTrue();
    }
  }

  /** What a caller must or may send is said in words. */
  @Test
  void everyFieldOfARequestIsDescribed() {
    for (ServiceDescriptor service : Services.ALL) {
      for (HttpRoute route : service.routes()) {
        if (route.binding() instanceof Binding.Fields fields) {
          RecordSchemas.fields(fields.endpoint().requestType())
              .forEach(
                  (name, field) ->
                      assertThat(RecordSchemas.description(field))
                          .as(route.id() + " " + name)
                          .isNotBlank());
        }
      }
    }
  }

  /** Bytes that pass through are described by hand. */
  @Test
  void everyRouteWithoutARecordHasItsFile() {
    for (ServiceDescriptor service : Services.ALL) {
      for (HttpRoute route : service.routes()) {
        boolean unknown =
            switch (route.binding()) {
              case Binding.Fields fields -> false;
              case Binding.Own own -> false;
              case Binding.Report report -> false;
              default -> true;
            };
        assertThat(unknown && route.text().operation().isEmpty()).as(route.id()).isFalse();
      }
    }
  }

  @Test
  void everyVariableOfAPathIsAFieldOfItsRequest() {
    for (ServiceDescriptor service : Services.ALL) {
      for (HttpRoute route : service.routes()) {
        if (route.binding() instanceof Binding.Fields fields) {
          assertThat(RecordSchemas.fields(fields.endpoint().requestType()).keySet())
              .as(route.id())
              .containsAll(route.variables());
        }
      }
    }
  }

  @Test
  void textIsEscaped() {
    assertThat(Html.prose("a `<b>` & \"c\" `open"))
        .isEqualTo("a <code>&lt;b&gt;</code> &amp; &quot;c&quot; open");
  }

  private JsonNode json() throws Exception {
    return Json.mapper().readTree(new String(document.json(""), StandardCharsets.UTF_8));
  }
}

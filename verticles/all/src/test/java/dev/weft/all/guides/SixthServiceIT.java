package dev.weft.all.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.auth.AuthService;
import dev.weft.auth.keys.DevKey;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.links.LinksApi;
import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.GatewayService;
import dev.weft.json.Json;
import dev.weft.links.LinksService;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigException;
import dev.weft.node.config.ConfigLoader;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A sixth service: its module, its package in contracts and one line in the list are all it takes.
 * The guides show its code.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SixthServiceIT {
  /** The list of services with one line more. */
  private static final List<ServiceDescriptor> SIX = with(Services.ALL, LinksApi.SERVICE);

  private final HttpClient client = HttpClient.newHttpClient();
  private final GatewayService gateway = new GatewayService(SIX);
  private final List<Service> services = List.of(new AuthService(), new LinksService(), gateway);
  private TestNode node = start(services);
  private String key = "";

  private static <T> List<T> with(List<T> list, T one) {
    List<T> more = new ArrayList<>(list);
    more.add(one);
    return List.copyOf(more);
  }

  private static TestNode start(List<Service> services) {
    return TestNode.builder()
        .signedIdentities()
        .set(GatewayKeys.PORT, 0)
        .start(services.toArray(new Service[0]));
  }

  @BeforeAll
  void readTheKey() {
    key = DevKey.read(node.dataDirectory()).orElseThrow();
  }

  @AfterAll
  void stop() {
    client.close();
    node.close();
  }

  @Test
  void itsRoutesAreAnswered() throws Exception {
    JsonNode saved = json(send("PUT", "/v1/links/home", "{\"url\":\"https://example.com\"}"));
    assertThat(saved.path("url").asText()).isEqualTo("https://example.com");

    assertThat(json(send("GET", "/v1/links/home", "")).path("visits").asLong()).isEqualTo(1);
    assertThat(json(send("GET", "/v1/links/home", "")).path("visits").asLong()).isEqualTo(2);
  }

  @Test
  void itsObjectsAreCalledOverHttp() throws Exception {
    assertThat(json(send("POST", "/v1/objects/visits/front%20page/add", "")).asLong()).isEqualTo(1);
    assertThat(json(send("POST", "/v1/objects/visits/front%20page/add", "[]")).asLong())
        .isEqualTo(2);
    // The object that the service itself calls for this tenant.
    json(send("PUT", "/v1/links/front%20page", "{\"url\":\"https://example.com\"}"));
    assertThat(json(send("GET", "/v1/links/front%20page", "")).path("visits").asLong())
        .isEqualTo(3);
  }

  @Test
  void itsErrorsAndThoseOfTheDoorAreTold() throws Exception {
    HttpResponse<String> missing = send("GET", "/v1/links/nowhere", "");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("links:link.not_found");

    HttpResponse<String> unknown = send("PUT", "/v1/links/a", "{\"url\":\"u\",\"colour\":1}");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("colour");

    HttpResponse<String> tooLong =
        send("PUT", "/v1/links/a", "{\"url\":\"" + "x".repeat(2_001) + "\"}");
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body()).contains("links:link.invalid");
  }

  @Test
  void aRouteWhoseServiceIsAwayAnswers503AndNamesIt() throws Exception {
    HttpResponse<String> answer = send("GET", "/v1/rag/collections", "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("rag").contains("mesh:unavailable");
  }

  @Test
  void itIsInTheApiReferenceAndOnTheIndex() throws Exception {
    JsonNode document = json(send("GET", "/openapi.json", ""));
    JsonNode path = document.path("paths").path("/v1/links/{name}");
    assertThat(path.at("/put/operationId").asText()).isEqualTo("saveLink");
    assertThat(path.at("/get/parameters/0/description").asText()).isEqualTo("Name of the link.");
    assertThat(document.at("/components/schemas/Link/properties").size()).isEqualTo(3);
    assertThat(send("GET", "/docs", "").body()).contains("Short names for addresses.");
    assertThat(send("GET", "/", "").body()).contains("\"/links/health\"");
  }

  @Test
  void itsHealthIsTold() {
    Eventually.holds(() -> send("GET", "/links/health", "").statusCode() == 200);
    Eventually.holds(() -> send("GET", "/health", "").body().contains("\"links\""));
  }

  @Test
  void itsSettingsAreKnownAndChecked() {
    ConfigLoader loader =
        Settings.loader(List.of(new LinksService()))
            .environment(Map.of("WEFT_LINKS__MAX_URL_CHARACTERS", "9"));
    assertThatThrownBy(loader::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("links.maxUrlCharacters is 9, but must be at least 10");
  }

  @Test
  void itStartsAfterWhatItNeeds() {
    List<String> order = names(Services.startOrder(SIX));
    for (ServiceDescriptor service : SIX) {
      for (String need : service.needs()) {
        assertThat(order.indexOf(need)).as(need).isLessThan(order.indexOf(service.name()));
      }
    }
    assertThat(order).last().isEqualTo("gateway");
    assertThat(order).containsExactlyInAnyOrderElementsOf(names(SIX));
  }

  @Test
  void servicesThatNeedEachOtherStartAllTheSame() {
    ServiceDescriptor egg = ServiceDescriptor.of("egg", 1, 2, "/egg").needing("hen");
    ServiceDescriptor hen = ServiceDescriptor.of("hen", 3, 4, "/hen").needing("egg");
    assertThat(names(Services.startOrder(List.of(egg, hen)))).containsExactly("egg", "hen");
  }

  private static List<String> names(List<ServiceDescriptor> services) {
    return services.stream().map(ServiceDescriptor::name).toList();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }
}

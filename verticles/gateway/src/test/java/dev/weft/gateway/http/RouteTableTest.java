package dev.weft.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static final RouteTable TABLE =
      new RouteTable(
          List.of(
              Route.open("/", exchange -> {}),
              Route.open("/models/{id...}", exchange -> {}),
              Route.closed(HttpMethod.PUT, "/c/{collection}/d/{id}", 1, exchange -> {}),
              Route.closed(HttpMethod.GET, "/c/{collection}/d/{id}", 0, exchange -> {})));

  @ParameterizedTest
  @CsvSource({
    "/models/gpt-4o,gpt-4o",
    "/models/meta/llama-3,meta/llama-3",
    "/models/meta%2Fllama-3,meta/llama-3",
    "/models/a/b%2Fc/d,a/b/c/d",
    "/models/a+b%20c,a+b c",
    "/models/%E6%A8%A1%E5%9E%8B,模型",
  })
  void anOpenEndedVariableTakesSlashes(String path, String id) {
    RouteTable.Match match = match(path);

    assertThat(match.variables()).containsEntry("id", id);
  }

  @Test
  void variablesAreDecodedOneByOne() {
    RouteTable.Match match = match("/c/a%2Fb/d/x%3Fy");

    assertThat(match.variables()).containsEntry("collection", "a/b").containsEntry("id", "x?y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "//",
        "/c",
        "/c/a/d",
        "/c/a/d/",
        "/c//d/x",
        "/c/a/d/x/y",
        "/models/",
        "/models",
        "/models/%zz",
        "/C/a/d/x"
      })
  void otherPathsAreUnknown(String path) {
    assertThat(TABLE.match(path)).isNull();
  }

  @Test
  void aMethodThatIsNotThereLeavesTheOthersToName() {
    RouteTable.Match match = match("/c/a/d/x");

    assertThat(match.route(HttpMethod.POST)).isNull();
    assertThat(match.allowed()).isEqualTo("GET, PUT");
  }

  @Test
  void headIsAnsweredWhereGetIs() {
    RouteTable.Match match = match("/");

    assertThat(match.route(HttpMethod.HEAD)).isSameAs(match.route(HttpMethod.GET)).isNotNull();
  }

  private static RouteTable.Match match(String path) {
    return Objects.requireNonNull(TABLE.match(path), path);
  }
}

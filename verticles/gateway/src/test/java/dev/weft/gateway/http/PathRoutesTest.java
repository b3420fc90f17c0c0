package dev.weft.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.gateway.metrics.GatewayMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathRoutesTest {
  private static final Route GET = Route.open("/c/{id}", exchange -> {});
  private static final Route PUT = Route.closed(HttpMethod.PUT, "/c/{id}", 1, exchange -> {});
  private static final Route EXACT = Route.open("/c/exact", exchange -> {});

  @Test
  void aMethodThatIsNotThereLeavesTheOthersToName() {
    PathRoutes path = of(PUT, GET).getFirst();

    assertThat(path.entry(HttpMethod.POST)).isNull();
    assertThat(path.allowed()).isEqualTo("GET, PUT");
  }

  @Test
  void headIsAnsweredWhereGetIs() {
    PathRoutes path = of(PUT, GET).getFirst();

    assertThat(path.entry(HttpMethod.HEAD)).isSameAs(path.entry(HttpMethod.GET)).isNotNull();
    assertThat(of(PUT).getFirst().entry(HttpMethod.HEAD)).isNull();
  }

  @Test
  void ofTwoThatFitTheOneThatSaysMoreComesFirst() {
    Route method = Route.open("/o/{id}/{method}", exchange -> {});
    Route rest = Route.open("/o/{path...}", exchange -> {});
    Route watch = Route.open("/o/{id}/watch", exchange -> {});

    assertThat(of(rest, method, watch))
        .extracting(path -> path.template().text())
        .containsExactly("/o/{id}/watch", "/o/{id}/{method}", "/o/{path...}");
  }

  @Test
  void pathsWithoutVariablesComeFirstAndThoseThatTakeABodyBeforeAll() {
    Route hot = Route.closed(HttpMethod.POST, "/hot", 1, exchange -> {});

    assertThat(of(GET, EXACT, PUT, hot))
        .extracting(path -> path.template().text())
        .containsExactly("/hot", "/c/exact", "/c/{id}");
  }

  @Test
  void aRouteThatIsThereTwiceIsRefused() {
    assertThatThrownBy(() -> of(GET, GET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("GET /c/{id} twice");
  }

  private static List<PathRoutes> of(Route... routes) {
    return PathRoutes.of(
        List.of(routes), new GatewayMetrics(new SimpleMeterRegistry(), () -> 0, () -> 0));
  }
}

package dev.weft.all.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.rag.RagApi;
import dev.weft.node.Service;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What services say of themselves fits together. */
class ServicesTest {
  private static final List<HttpRoute> ROUTES =
      Services.ALL.stream().flatMap(service -> service.routes().stream()).toList();

  @Test
  void namesPortsAndHealthPathsAreUsedOnce() {
    assertThat(Services.ALL).extracting(ServiceDescriptor::name).doesNotHaveDuplicates();
    assertThat(Services.ALL).extracting(ServiceDescriptor::healthPath).doesNotHaveDuplicates();
    assertThat(
            Services.ALL.stream()
                .flatMap(service -> Stream.of(service.port(), service.clusterPort())))
        .doesNotHaveDuplicates();
  }

  @Test
  void routesAndTheirIdsAreUsedOnce() {
    assertThat(ROUTES).extracting(HttpRoute::id).doesNotHaveDuplicates();
    assertThat(ROUTES)
        .extracting(route -> route.method() + " " + route.path())
        .doesNotHaveDuplicates();
  }

  @Test
  void whatAServiceNeedsExists() {
    List<String> names = Services.ALL.stream().map(ServiceDescriptor::name).toList();
    for (ServiceDescriptor service : Services.ALL) {
      assertThat(names).as(service.name()).containsAll(service.needs());
    }
  }

  @Test
  void everyServiceOfTheListHasItsModuleHere() {
    Map<String, Service> modules =
        Service.onClassPath().stream()
            .collect(Collectors.toMap(Service::name, Function.identity()));
    for (ServiceDescriptor service : Services.ALL) {
      assertThat(modules).containsKey(service.name());
      assertThat(Objects.requireNonNull(modules.get(service.name())).descriptor())
          .isSameAs(service);
    }
  }

  /** {@code dev.weft.chat.ChatVerticle}: what somebody who knows Vert.x would look for. */
  @Test
  void everyServiceHasAMainVerticleOfItsName() throws ClassNotFoundException {
    for (ServiceDescriptor service : Services.ALL) {
      String name = service.name();
      String verticle = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      assertThat(Class.forName("dev.weft." + name + "." + verticle + "Verticle"))
          .isAssignableTo(VerticleBase.class);
    }
  }

  @Test
  void aServiceCannotOfferWhatAnotherAnswers() {
    ServiceDescriptor thief = ServiceDescriptor.of("thief", 1, 2, "/thief/health");
    assertThatThrownBy(
            () -> thief.answering(HttpRoute.get("find", "/v1/find", RagApi.LIST_COLLECTIONS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("find is a route of thief and calls rag");
  }
}

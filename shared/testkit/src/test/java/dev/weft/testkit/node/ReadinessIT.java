package dev.weft.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.NodeView;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process of its own tells over HTTP of whether it lives and whether it can serve. */
class ReadinessIT {
  private final HttpClient client = HttpClient.newHttpClient();

  /** Calls notes and keeps nothing. */
  private static final class Calling implements Service {
    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of("calling", 0, 0, "/calling/health").needing("notes");
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      return List.of();
    }
  }

  @Test
  void withoutItsDatabaseAProcessLivesAndIsNotReady() throws Exception {
    List<String> members = TestNode.freeMembers(1);
    try (TestNode node = TestNode.builder().inCluster(members, 0).start(new NotesService())) {
      assertThat(ask(node, "/readyz").body()).isEqualTo("ready\n");

      TestDatabases.drop(node.database());

      Eventually.holds(() -> readiness(node).equals("not ready: database\n"));
      assertThat(ask(node, "/readyz").statusCode()).isEqualTo(503);
      assertThat(ask(node, "/livez").statusCode()).isEqualTo(200);
      assertThat(ask(node, "/livez").body()).isEqualTo("live\n");
    }
  }

  private static TestNode start(Path certificates, List<String> members, int index, Service one) {
    return TestNode.builder().inCluster(members, index).authority(certificates).start(one);
  }

  @Test
  void aProcessIsReadyWhileAServiceThatItCallsIsThere(@TempDir Path certificates) throws Exception {
    List<String> members = TestNode.freeMembers(2);
    try (TestNode calling = start(certificates, members, 0, new Calling())) {
      assertThat(ask(calling, "/readyz").statusCode()).isEqualTo(503);
      assertThat(readiness(calling)).isEqualTo("not ready: notes\n");
      assertThat(view(calling).missing()).containsExactly("notes");
      assertThat(view(calling).nodes()).containsExactly(calling.mesh().nodeId());

      try (TestNode notes = start(certificates, members, 1, new NotesService())) {
        assertThat(notes.node().ready()).isTrue();
        Eventually.holds(() -> readiness(calling).equals("ready\n"));
        assertThat(view(calling).missing()).isEmpty();
        assertThat(view(calling).nodes())
            .containsExactlyInAnyOrder(calling.mesh().nodeId(), notes.mesh().nodeId());
        assertThat(ask(calling, "/readyz").statusCode()).isEqualTo(200);
      }
      Eventually.holds(() -> readiness(calling).equals("not ready: notes\n"));
      assertThat(ask(calling, "/livez").statusCode()).isEqualTo(200);
    }
  }

  /** What its health says of the others. */
  private static NodeView view(TestNode node) {
    return Objects.requireNonNull(
        node.mesh().call(HealthApi.of("calling"), Empty.INSTANCE, node.anonymous()).await().view());
  }

  private String readiness(TestNode node) {
    try {
      return ask(node, "/readyz").body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> ask(TestNode node, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(node.node().management().orElseThrow().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}

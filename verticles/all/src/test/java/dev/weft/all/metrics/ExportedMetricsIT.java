package dev.weft.all.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.all.dev.LocalWeft;
import dev.weft.contracts.MetricNames;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.Projection;
import dev.weft.durable.Projector;
import dev.weft.mesh.FreePorts;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigLoader;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a Weft exports before much has happened, and what rules and dashboards ask for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportedMetricsIT {
  /** Series of a process with all services, which a scrape every 15 s should not strain. */
  private static final int MANY = 6_000;

  private static final Pattern SELECTOR =
      Pattern.compile("\\b((?:weft|jvm)_[a-z0-9_]+)(\\{[^}]*})?");
  private static final Pattern BUCKET = Pattern.compile("le=\"([^\"]+)\"");

  private final DatabaseUrl database = TestDatabases.create();
  private String scrapes = "";
  private String ofAll = "";

  @BeforeAll
  void scrape(@TempDir Path folder) throws Exception {
    ofAll = ofAllServices(folder);
    scrapes = ofAll + ofAnObjectsNode();
  }

  @AfterAll
  void drop() {
    TestDatabases.drop(database);
  }

  private String ofAllServices(Path folder) throws Exception {
    ConfigLoader loader = Settings.loader(Service.onClassPath());
    Map.of(
            "data", folder.resolve("data").toString(),
            "database.url", database.uri(),
            "gateway.port", String.valueOf(FreePorts.find(1).getFirst()),
            "chat.openai.baseUrl", "http://127.0.0.1:1/v1")
        .forEach((name, value) -> loader.flag(name, value, "test"));
    try (LocalWeft weft = LocalWeft.start(loader.load());
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(weft.awaitReady(Duration.ofSeconds(30))).isTrue();
      String key = weft.key().orElseThrow();
      String question =
          "{\"model\":\"weft-offline\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
      HttpRequest.Builder request =
          HttpRequest.newBuilder().header("authorization", "Bearer " + key);
      client.send(
          request
              .copy()
              .uri(URI.create(weft.url() + "/v1/chat/completions"))
              .POST(HttpRequest.BodyPublishers.ofString(question))
              .build(),
          HttpResponse.BodyHandlers.discarding());
      client.send(
          request.copy().uri(URI.create(weft.url() + "/nowhere")).build(),
          HttpResponse.BodyHandlers.discarding());
      return client
          .send(
              request.copy().uri(URI.create(weft.url() + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String ofAnObjectsNode() {
    try (TestNode node =
        TestNode.builder().inCluster(TestNode.freeMembers(1), 0).start(new Counting())) {
      return node.context().scrapeMetrics();
    }
  }

  /** What its objects can do. */
  interface Count {
    void up();
  }

  /** Hosts objects and projects what they tell. */
  private static final class Counting implements Service {
    private static final Namespace<Count> COUNTS = Namespace.of("count", Count.class);

    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of("counting", 0, 0, "/counting/health");
    }

    @Override
    public Needs needs() {
      return Needs.OBJECTS;
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      Projection<String> sums = Projection.of("sums", COUNTS, String.class);
      return List.of(
          Deployment.onVirtualThreads(
              () ->
                  new VerticleBase() {
                    @Override
                    public Future<?> start() {
                      ObjectClass<Count> type = ObjectClass.of(COUNTS, context -> () -> {});
                      return node.objects()
                          .host(type)
                          .compose(
                              hosted ->
                                  node.objects()
                                      .project(
                                          Projector.of(
                                              sums, node.database(), (connection, batch) -> {})));
                    }
                  }));
    }
  }

  @Test
  void everySeriesThatRulesAndDashboardsNameIsThere() throws Exception {
    Set<String> exported = names(scrapes);
    for (String expression : Alerting.expressions()) {
      List<MatchResult> selectors = SELECTOR.matcher(expression).results().toList();
      for (MatchResult selector : selectors) {
        String name = selector.group(1);
        assertThat(exported).as(expression).contains(name);
        String labels = selector.group(2) == null ? "" : selector.group(2);
        BUCKET
            .matcher(labels)
            .results()
            .forEach(
                bucket ->
                    assertThat(scrapes.lines())
                        .as("%s of %s", bucket.group(), name)
                        .anyMatch(
                            line -> line.startsWith(name + "{") && line.contains(bucket.group())));
      }
    }
  }

  @Test
  void everyNameOfOursIsInTheOneClass() throws Exception {
    Set<String> known = new TreeSet<>();
    for (var constant : MetricNames.class.getFields()) {
      known.add(String.valueOf(constant.get(null)).replace('.', '_'));
    }
    List<String> ours =
        families(scrapes)
            .map(line -> line.split(" ", 4)[2])
            .filter(n -> n.startsWith("weft_"))
            .toList();

    assertThat(ours)
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(known).anyMatch(one -> isOf(name, one)));
  }

  /** Whether the registry makes the name of the constant: with a unit, `_total` or `_max`. */
  private static boolean isOf(String name, String constant) {
    return name.equals(constant)
        || name.matches(Pattern.quote(constant) + "(_seconds|_bytes)?(_total|_max)?");
  }

  @Test
  void countersEndInTotalAndTimesAreInSeconds() {
    assertThat(families(scrapes).filter(line -> line.endsWith(" counter")))
        .allMatch(line -> line.split(" ", 4)[2].endsWith("_total"));
    assertThat(families(scrapes).filter(line -> line.contains(" weft_")))
        .noneMatch(line -> line.matches(".*_(millis|milliseconds|nanos|micros|minutes)( |_).*"));
  }

  @Test
  void thereAreNotTooManySeries() {
    assertThat(ofAll.lines().filter(line -> !line.startsWith("#")).count()).isLessThan(MANY);
  }

  @Test
  void whatCountsFailuresIsThereBeforeTheFirst() {
    for (String series :
        List.of(
            "weft_chat_errors_total\\{provider=\"openai\",reason=\"upstream\"} 0.*",
            "weft_bus_refused_total\\{endpoint=\"rag.search\",reason=\"overloaded\"} 0.*",
            "weft_http_requests_seconds_count\\{route=\"/mcp\",status=\"5xx\"} 0.*",
            "weft_http_errors_total\\{code=\"gateway:[a-z._]+\",status=\"4xx\"} [1-9].*")) {
      assertThat(scrapes.lines().anyMatch(line -> line.matches(series))).as(series).isTrue();
    }
  }

  private static Stream<String> families(String text) {
    return text.lines().filter(line -> line.startsWith("# TYPE "));
  }

  private static Set<String> names(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toSet());
  }
}

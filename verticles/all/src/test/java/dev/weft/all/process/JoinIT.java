package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs of one's own, as {@code docs/guides/join-a-cluster.md} has them, in a running cluster:
 * called, watched and looked at through its gateway, killed and started again.
 */
@Timeout(420)
class JoinIT {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Path SHOP = WeftProcess.HOME.resolve("docs/examples/Shop.java");

  /** An object with a topic that keeps its items. */
  private static final String TALLY =
      """
      import dev.weft.contracts.objects.Namespace;
      import dev.weft.durable.Feed;
      import dev.weft.durable.ObjectClass;
      import dev.weft.durable.ObjectContext;
      import dev.weft.durable.Retention;
      import dev.weft.durable.Topic;
      import dev.weft.node.StandaloneNode;
      import java.util.concurrent.CountDownLatch;

      interface Tally {
        long add(long n);

        Feed<Long> sums();
      }

      static final Namespace<Tally> TALLIES = Namespace.of("tally", Tally.class).asPublic();

      static final class TallyObject implements Tally {
        private final ObjectContext context;
        private final Topic<Long> sums;

        TallyObject(ObjectContext context) {
          this.context = context;
          this.sums = context.topic("sums", Long.class, Retention.items(100));
        }

        public long add(long n) {
          long sum = context.storage().get("sum", Long.class, 0L) + n;
          context.storage().put("sum", sum);
          sums.publish(sum);
          return sum;
        }

        public Feed<Long> sums() {
          return sums;
        }
      }

      void main() throws InterruptedException {
        try (var node = StandaloneNode.join("tally")) {
          node.objects().host(ObjectClass.of(TALLIES, TallyObject::new)).await();
          IO.println("hosting " + TALLIES);
          new CountDownLatch(1).await();
        }
      }
      """;

  @Test
  void programsAreCalledWatchedKilledAndStartedAgain(@TempDir Path folder) throws Exception {
    Path tally = Files.writeString(folder.resolve("Tally.java"), TALLY);
    try (WeftProcess weft = WeftProcess.weft(folder, Map.of(), "cluster", "--json", "--port", "0");
        Client client = Client.of(weft.firstLine(START))) {
      Map<String, String> members = Map.of("WEFT_CLUSTER__MEMBERS", members(weft));
      certificate(folder, "shop");
      certificate(folder, "tally");
      List<String> lines = new CopyOnWriteArrayList<>();
      HttpClient http = HttpClient.newHttpClient();
      try (WeftProcess shop = run(folder, members, SHOP, "stock");
          WeftProcess counter = run(folder, members, tally, "tally")) {
        eventually(
            "the program's object is called", () -> pieces(client, "add", "[2]").equals("2"));
        eventually("the other's too", () -> add(client).equals("1"));
        watch(http, client, lines);
        eventually("the watch begins", () -> lines.contains("event: start"));
        assertThat(add(client)).isEqualTo("2");
        eventually("what is published is seen", () -> lines.contains("data: 2"));

        commandLine(folder, client);

        shop.signal("KILL");
        counter.signal("KILL");
      }

      // Until it is known to be dead, a call may have had an effect: then nothing says to try
      // again.
      eventually(
          "the namespace is away",
          () -> {
            HttpResponse<String> answer = client.post("/v1/objects/stock/shoes/add", "[1]");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            if (!answer.body().contains("object:namespace.unavailable")) {
              return false;
            }
            assertThat(answer.headers().firstValue("retry-after")).as(answer.body()).isPresent();
            return true;
          });

      try (WeftProcess shop = run(folder, members, SHOP, "stock");
          WeftProcess counter = run(folder, members, tally, "tally")) {
        eventually("the state is there", () -> pieces(client, "pieces", "").equals("2"));
        assertThat(shop.alive()).isTrue();
        eventually("the other's too", () -> add(client).equals("3"));
        assertThat(counter.alive()).isTrue();
        eventually("who watched sees it without a gap", () -> lines.contains("data: 3"));
        assertThat(lines.stream().filter(line -> line.startsWith("data: ")).toList())
            .endsWith("data: 2", "data: 3");
      } finally {
        http.shutdownNow();
      }
    }
  }

  /** The program's own, issued where the cluster's authority is. */
  private static void certificate(Path folder, String name) throws Exception {
    try (WeftProcess issue = WeftProcess.weft(folder, Map.of(), "certificate", "issue", name)) {
      assertThat(issue.awaitExit(Duration.ofSeconds(60))).as(issue.err()).isZero();
    }
  }

  /** {@code weft objects} in the cluster's directory, where its key is. */
  private static void commandLine(Path folder, Client client) throws Exception {
    assertThat(objects(folder, client, 0, "list", "stock")).contains("shoes");
    JsonNode one =
        Client.JSON.readTree(objects(folder, client, 0, "inspect", "stock", "shoes", "--json"));
    assertThat(one.at("/summary/name").asText()).isEqualTo("shoes");
    assertThat(one.at("/keys/0/key").asText()).isEqualTo("pieces");
    objects(folder, client, 0, "reset", "stock", "shoes");
    assertThat(pieces(client, "add", "[0]")).isEqualTo("2");
    pieces(client, "brown boots", "add", "[5]");
    objects(folder, client, 0, "delete", "stock", "brown boots");
    objects(folder, client, 1, "delete", "stock", "brown boots");
    assertThat(pieces(client, "brown boots", "pieces", "")).isEqualTo("0");
    objects(folder, client, 1, "list", "absent");
  }

  private static String objects(Path folder, Client client, int code, String... arguments)
      throws Exception {
    String[] all =
        Stream.of(Stream.of("objects"), Stream.of(arguments), Stream.of("--url", client.url()))
            .flatMap(each -> each)
            .toArray(String[]::new);
    try (WeftProcess process = WeftProcess.weft(folder, Map.of(), all)) {
      assertThat(process.awaitExit(Duration.ofSeconds(60)))
          .as(process.out() + process.err())
          .isEqualTo(code);
      Wait.until(Duration.ofSeconds(2), () -> code != 0 || !process.out().isEmpty());
      return process.out();
    }
  }

  private static WeftProcess run(
      Path folder, Map<String, String> members, Path program, String namespace) throws IOException {
    WeftProcess process = WeftProcess.weft(folder, members, "run", program.toString());
    process.awaitOut(START, "hosting " + namespace);
    return process;
  }

  /** Where the processes of the cluster are: on free ports, since several tests may have one. */
  private static String members(WeftProcess weft) throws IOException {
    for (ProcessHandle process : weft.descendants()) {
      String environment = Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
      for (String variable : environment.split("\0", -1)) {
        if (variable.startsWith("WEFT_CLUSTER__MEMBERS=")) {
          return variable.substring(variable.indexOf('=') + 1);
        }
      }
    }
    throw new AssertionError("no process of the cluster says where the members are");
  }

  private static void watch(HttpClient http, Client client, List<String> lines) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(client.url() + "/v1/objects/tally/t/watch?topic=sums"))
            .header("authorization", "Bearer " + client.key())
            .build();
    http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
        .thenAcceptAsync(answer -> answer.body().forEach(lines::add), Thread::startVirtualThread);
  }

  private static String pieces(Client client, String method, String arguments) throws Exception {
    return pieces(client, "shoes", method, arguments);
  }

  private static String pieces(Client client, String name, String method, String arguments)
      throws Exception {
    return client
        .post("/v1/objects/stock/" + name.replace(" ", "%20") + "/" + method, arguments)
        .body();
  }

  private static String add(Client client) throws Exception {
    return client.post("/v1/objects/tally/t/add", "[1]").body();
  }

  private static void eventually(String what, Callable<Boolean> condition) {
    boolean done =
        Wait.until(
            Duration.ofSeconds(60),
            () -> {
              try {
                return condition.call();
              } catch (Exception e) {
                return false;
              }
            });
    assertThat(done).as(what).isTrue();
  }
}

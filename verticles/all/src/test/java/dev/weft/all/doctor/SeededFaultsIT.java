package dev.weft.all.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.all.doctor.Doctor.Examined;
import dev.weft.durable.ObjectsNode;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import dev.weft.postgres.Database;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault that doctor knows is caused, found, and nothing else with it. */
class SeededFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** So that a machine that is busy with other things changes nothing. */
  private static final Limits PATIENT = new Limits(PATIENCE, PATIENCE, PATIENCE);

  @TempDir private Path folder = Path.of("");

  private final Map<String, String> settings = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Answers gateway = opened(answers());
  private DatabaseUrl database = TestDatabases.create();
  private Machine machine = machine(Duration.ZERO);
  private Path data = Path.of("");

  private static Answers answers() {
    try {
      return new Answers();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private static Machine machine(Duration ahead) {
    return new Machine(
        25,
        () -> InstantSource.system().instant().plus(ahead),
        path -> Long.MAX_VALUE,
        Duration.ofSeconds(2),
        1);
  }

  @BeforeEach
  void beWell() throws IOException {
    data = Files.createDirectories(folder.resolve("data"));
    secret("dev.key", "weft_dev_key");
    settings.put("gateway.port", String.valueOf(gateway.port()));
    settings.put("management.port", "0");
    settings.put("database.url", database.uri());
    gateway.say("/livez", 200, "live\n");
    gateway.say("/health", 200, health("up", "documents", "up"));
    gateway.say("/v1/inspect/nodes", 200, nodes(node("a-1", "0.1.0", view("a-1"))));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    TestDatabases.drop(database);
  }

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws IOException {
    List<Examined> examined = examine();

    assertThat(examined).allSatisfy(one -> assertThat(one.findings()).isEmpty());
    assertThat(examined).allSatisfy(one -> assertThat(one.notChecked()).as(one.check()).isNull());
  }

  @Test
  void withoutAnythingThatRunsItIsSaidWhatWasNotLookedAt() throws IOException {
    gateway.close();
    settings.put("database.url", "");

    List<Examined> examined = examine();

    assertThat(examined).allSatisfy(one -> assertThat(one.findings()).isEmpty());
    assertThat(
            examined.stream().filter(one -> one.notChecked() != null).map(Examined::check).toList())
        .containsExactly(
            "database",
            "clock",
            "migrations",
            "objects",
            "key",
            "services",
            "cluster",
            "bindings",
            "index");
  }

  @ParameterizedTest
  @EnumSource
  void eachIsFoundAndNothingElse(Fault fault) throws Exception {
    seed(fault);

    Stream<Fault> found =
        examine().stream().flatMap(one -> one.findings().stream()).map(Finding::fault).distinct();

    assertThat(found).containsExactly(fault);
  }

  @Test
  void aGatewayThatLivesAndDoesNotAnswerIsCalledSilent() {
    gateway.beSilentAt("/health");

    List<Examined> examined = examine(new Limits(PATIENCE, Duration.ofMillis(500), PATIENCE));

    assertThat(examined)
        .filteredOn(one -> one.check().equals("services"))
        .allSatisfy(
            one -> assertThat(one.notChecked()).extracting(NotChecked::reason).isEqualTo("silent"));
  }

  private List<Examined> examine() {
    return examine(PATIENT);
  }

  private List<Examined> examine(Limits limits) {
    ConfigLoader loader = Settings.loader(Service.onClassPath());
    settings.putIfAbsent("data", data.toString());
    settings.forEach((name, value) -> loader.flag(name, value, "test"));
    try (Site site =
        new Site(
            machine,
            limits,
            loader,
            "http://127.0.0.1:" + gateway.port(),
            data.resolve("dev.key"))) {
      return Doctor.withAllChecks().examine(site);
    }
  }

  private void seed(Fault fault) throws Exception {
    switch (fault) {
      case CONFIG_INVALID -> settings.put("gateway.port", "many");
      case CONFIG_MASTER_KEY -> settings.put("profile", "prod");
      case CONFIG_PROFILE -> settings.put("gateway.host", "0.0.0.0");
      case JAVA_OLD ->
          machine =
              new Machine(
                  21, machine.time(), machine.room(), machine.slow(), machine.oldestDatabase());
      case PORT_TAKEN -> gateway.say("/livez", 200, "<html>");
      case PORT_PROCESS ->
          settings.put("management.port", String.valueOf(opened(answers()).port()));
      case PORT_HOST -> {
        settings.put("profile", "prod");
        settings.put("masterKey", "00".repeat(32));
        settings.put("gateway.host", "192.0.2.1");
      }
      case FILES_DATA ->
          settings.put(
              "data", Files.writeString(folder.resolve("file"), "").resolve("data").toString());
      case FILES_SECRET ->
          Files.setPosixFilePermissions(
              secret("master.key", "x"), PosixFilePermissions.fromString("rw-r--r--"));
      case DISK_LOW ->
          machine =
              new Machine(
                  25, machine.time(), path -> 1 << 20, machine.slow(), machine.oldestDatabase());
      case CERTIFICATE_MISSING -> {
        certificates(data);
        Files.delete(data.resolve("tls/chat/node.crt"));
      }
      case CERTIFICATE_UNUSABLE -> foreign("node.key");
      case CERTIFICATE_CHAIN -> foreign("ca.crt");
      case CERTIFICATE_HOST -> {
        certificates(data);
        settings.put("cluster.host", "127.0.0.2");
      }
      case CERTIFICATE_EXPIRED -> certificatesAt(Duration.ofDays(400));
      case CERTIFICATE_ENDING -> certificatesAt(Duration.ofDays(350));
      case CERTIFICATE_EARLY -> certificatesAt(Duration.ofDays(-2));
      case DATABASE_UNREACHABLE ->
          settings.put("database.url", "postgresql://weft:x@127.0.0.1:1/weft");
      case DATABASE_REFUSED -> settings.put("database.url", as(database.user(), "wrong").uri());
      case DATABASE_MISSING -> settings.put("database.url", database.withDatabase("no").uri());
      case DATABASE_FULL -> {
        sql(
            "CREATE ROLE crowded_"
                + database.database()
                + " LOGIN CONNECTION LIMIT 0 PASSWORD 'x'");
        settings.put("database.url", as("crowded_" + database.database(), "x").uri());
      }
      case DATABASE_OLD ->
          machine = new Machine(25, machine.time(), machine.room(), machine.slow(), 99);
      case DATABASE_READ_ONLY ->
          sql("ALTER DATABASE " + database.database() + " SET default_transaction_read_only = on");
      case DATABASE_SLOW ->
          machine = new Machine(25, machine.time(), machine.room(), Duration.ZERO, 1);
      case CLOCK_SKEW -> machine = machine(Duration.ofSeconds(20));
      case MIGRATION_NEWER -> history("auth", "999");
      case MIGRATION_PENDING -> history("chat", "0");
      case MIGRATION_FOREIGN -> sql("CREATE SCHEMA rag CREATE TABLE theirs (id int)");
      case OBJECTS_OVERDUE -> alarm(-3_600, 0);
      case OBJECTS_FAILING -> alarm(3_600, 5);
      case OBJECTS_HELD -> {
        objects();
        sql(
            "INSERT INTO objects.do_projection (projection, namespace, version, state, tables)"
                + " VALUES ('sums', 'board', 1, 'LIVE', '{}')");
        sql(
            "INSERT INTO objects.do_outbox_hold SELECT stream, 'x', 4, now(), 'no such column'"
                + " FROM objects.do_projection");
      }
      case GATEWAY_KEY -> gateway.say("/v1/inspect/nodes", 401, "{}");
      case SERVICE_DOWN -> gateway.say("/health", 200, health("down", "database", "down"));
      case SERVICE_DEGRADED ->
          gateway.say("/health", 200, health("degraded", "documents", "degraded"));
      case INDEX_BEHIND -> gateway.say("/health", 200, health("degraded", "index", "degraded"));
      case CLUSTER_SILENT ->
          gateway.say(
              "/v1/inspect/nodes",
              200,
              nodes(
                  node("a-1", "0.1.0", view("a-1", "b-2")),
                  node("b-2", "0.1.0", "\"silent\":\"mesh:timeout\"")));
      case CLUSTER_SPLIT ->
          gateway.say(
              "/v1/inspect/nodes",
              200,
              nodes(node("a-1", "0.1.0", view("a-1", "b-2")), node("b-2", "0.1.0", view("b-2"))));
      case CLUSTER_LOST ->
          gateway.say(
              "/v1/inspect/nodes",
              200,
              nodes(node("a-1", "0.1.0", view("a-1").replace("true", "false"))));
      case CLUSTER_VERSIONS ->
          gateway.say(
              "/v1/inspect/nodes",
              200,
              nodes(
                  node("a-1", "0.1.0", view("a-1", "b-2")),
                  node("b-2", "0.2.0", view("a-1", "b-2"))));
      case BINDING_MISSING ->
          gateway.say(
              "/v1/inspect/nodes",
              200,
              nodes(
                  node(
                      "a-1",
                      "0.1.0",
                      view("a-1").replace("\"missing\":[]", "\"missing\":[\"rag\"]"))));
      case PROVIDER_CONFIG ->
          settings.put("chat.openai.baseUrl", "http://127.0.0.1:" + gateway.port() + "/v1");
      case PROVIDER_UNREACHABLE -> settings.put("chat.openai.baseUrl", "http://127.0.0.1:1/v1");
      case PROVIDER_KEY -> provider(401, "{\"error\":{\"message\":\"no such key\"}}");
      case PROVIDER_ANSWER -> provider(200, "<html>");
    }
  }

  private void provider(int status, String body) {
    Answers provider = opened(answers()).say("/v1/models", status, body);
    settings.put("chat.openai.baseUrl", "http://127.0.0.1:" + provider.port() + "/v1");
    settings.put("chat.openai.apiKey", "sk-of-the-test");
  }

  private static String health(String status, String check, String checkStatus) {
    String index =
        check.equals("index") ? "" : ",{\"name\":\"index\",\"status\":\"up\",\"detail\":\"12\"}";
    return ("{'status':'degraded','services':[{'service':'rag','status':'"
                + status
                + "','checks':[{'name':'"
                + check
                + "','status':'"
                + checkStatus
                + "','detail':'it says so','needs':'help'}")
            .replace('\'', '"')
        + index
        + "]}]}";
  }

  private static String nodes(String... nodes) {
    return "{\"nodes\":[" + String.join(",", nodes) + "]}";
  }

  private static String node(String id, String version, String rest) {
    return ("{'report':{'node':'" + id + "','version':'" + version + "','state':'ready'},")
            .replace('\'', '"')
        + rest
        + "}";
  }

  private static String view(String... nodes) {
    return "\"view\":{\"nodes\":[\""
        + String.join("\",\"", nodes)
        + "\"],\"missing\":[],\"agrees\":true}";
  }

  private Path secret(String name, String text) throws IOException {
    Path file = Files.writeString(data.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static void certificates(Path where) throws Exception {
    TlsAuthority.ofData(where)
        .ensure(
            new NodeCertificate(NodeCertificate.under(where).resolve("chat")),
            List.of("chat"),
            List.of());
  }

  /** A file of another authority among those of ours. */
  private void foreign(String name) throws Exception {
    certificates(data);
    Path other = Files.createDirectories(folder.resolve("other"));
    certificates(other);
    Files.write(
        data.resolve("tls/chat").resolve(name),
        Files.readAllBytes(other.resolve("tls/chat").resolve(name)));
  }

  /** Certificates, looked at at another time; without the database, whose clock would differ. */
  private void certificatesAt(Duration ahead) throws Exception {
    certificates(data);
    settings.put("database.url", "");
    machine = machine(ahead);
  }

  private DatabaseUrl as(String user, String password) {
    return new DatabaseUrl(
        database.host(), database.port(), database.database(), user, password, database.options());
  }

  private void sql(String statement) {
    TestDatabases.execute(database, statement);
  }

  private void history(String schema, String version) {
    sql("CREATE SCHEMA " + schema);
    sql("CREATE TABLE " + schema + ".schema_history (version text, success bool)");
    sql("INSERT INTO " + schema + ".schema_history VALUES ('" + version + "', true)");
  }

  /** The tables of objects, and a node that lives. */
  private void objects() {
    Vertx vertx = Vertx.vertx();
    try {
      Database.open(vertx, database, 1, Map.of(ObjectsNode.SCHEMA, ObjectsNode.class), PATIENCE)
          .close()
          .await();
    } finally {
      vertx.close().await();
    }
    sql(
        "INSERT INTO objects.do_node VALUES"
            + " ('i', 'n', 't', 'ALIVE', now() + interval '1 hour', now())");
  }

  private void alarm(long inSeconds, int failures) {
    objects();
    long due = InstantSource.system().millis() + inSeconds * 1_000;
    sql(
        "INSERT INTO objects.do_alarm VALUES ('x', 'ring', 'board', 1, "
            + due
            + ", "
            + due
            + ", "
            + failures
            + ", "
            + failures
            + ", NULL)");
  }
}

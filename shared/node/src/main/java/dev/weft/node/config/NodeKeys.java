package dev.weft.node.config;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.node.Profile;
import dev.weft.postgres.DatabaseUrl;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of every process, whatever it serves. */
public final class NodeKeys {

  private static final TypeReference<String> TEXT = new TypeReference<>() {};
  private static final TypeReference<Integer> INTEGER = new TypeReference<>() {};
  private static final TypeReference<Duration> SPAN = new TypeReference<>() {};

  public static final ConfigKey<Profile> PROFILE =
      ConfigKey.of(
          "profile",
          new TypeReference<Profile>() {},
          Profile.DEV,
          "`dev` on a laptop: a ready-made API key and a master key made on first start. `prod`"
              + " anywhere else.");

  public static final ConfigKey<String> DATA =
      ConfigKey.of(
              "data",
              TEXT,
              "data",
              "Directory for everything Weft keeps on this machine: the embedded database, keys,"
                  + " certificates, indexes.")
          .checked(directory -> directory.isBlank() ? "must not be empty" : null);

  public static final ConfigKey<String> MASTER_KEY =
      ConfigKey.of(
              "masterKey",
              TEXT,
              "",
              "Secret that all stored secrets are sealed with: at least 32 random bytes in base64"
                  + " or hex. In the dev profile one is made in the data directory.")
          .asSecret();

  public static final ConfigKey<String> DATABASE_URL =
      ConfigKey.of(
              "database.url",
              TEXT,
              "",
              "PostgreSQL to use, `postgresql://user:password@host:5432/name?sslmode=require`."
                  + " Empty: an embedded one in the data directory.")
          .withAliases("DATABASE_URL")
          .checked(url -> url.isEmpty() ? null : DatabaseUrl.problem(url))
          .asSecret();

  public static final ConfigKey<Integer> DATABASE_POOL_SIZE =
      ConfigKey.of(
              "database.poolSize", INTEGER, 10, "Connections to the database for each service.")
          .checked(value -> between(value, 1, 1_000));

  public static final ConfigKey<Duration> DATABASE_WAIT =
      ConfigKey.of(
          "database.wait",
          SPAN,
          Duration.ofSeconds(10),
          "How long a start waits for a database that cannot be reached yet.");

  public static final ConfigKey<String> CLUSTER_NAME =
      ConfigKey.of(
          "cluster.name", TEXT, "weft", "Only processes of the same name join each other.");

  public static final ConfigKey<String> CLUSTER_HOST =
      ConfigKey.of(
          "cluster.host",
          TEXT,
          "127.0.0.1",
          "Address of this machine that the other processes of the cluster reach.");

  public static final ConfigKey<Integer> CLUSTER_PORT =
      ConfigKey.of(
              "cluster.port",
              INTEGER,
              -1,
              "Port for cluster membership. -1: gateway 5700, auth 5701, chat 5702, mcp 5703, rag"
                  + " 5704.")
          .checked(value -> between(value, -1, 65_535));

  public static final ConfigKey<Integer> CLUSTER_BUS_PORT =
      ConfigKey.of("cluster.busPort", INTEGER, 0, "Port of the event bus. 0: any free one.")
          .checked(value -> between(value, 0, 65_535));

  public static final ConfigKey<List<String>> CLUSTER_MEMBERS =
      ConfigKey.of(
          "cluster.members",
          new TypeReference<List<String>>() {},
          Services.ALL.stream()
              .map(ServiceDescriptor::clusterPort)
              .sorted()
              .map(port -> "127.0.0.1:" + port)
              .toList(),
          "Membership address of every process of the cluster.");

  public static final ConfigKey<String> CLUSTER_TLS_DIRECTORY =
      ConfigKey.of(
          "cluster.tlsDirectory",
          TEXT,
          "",
          "Where `ca.crt`, `node.crt` and `node.key` of this process lie, or a folder of its"
              + " service's name with them. Empty: `tls/SERVICE` in the data directory, which the"
              + " dev profile makes on first start when the cluster is on loopback.");

  public static final ConfigKey<String> MANAGEMENT_HOST =
      ConfigKey.of(
          "management.host",
          TEXT,
          "127.0.0.1",
          "Address that serves `/health` and `/metrics` of a service in a process of its own.");

  public static final ConfigKey<Integer> MANAGEMENT_PORT =
      ConfigKey.of(
              "management.port",
              INTEGER,
              -1,
              "Its port. -1: auth 8001, chat 8002, mcp 8003, rag 8004. 0: any free one.")
          .checked(value -> between(value, -1, 65_535));

  public static final ConfigKey<LogFormat> LOG_FORMAT =
      ConfigKey.of(
          "log.format",
          new TypeReference<LogFormat>() {},
          LogFormat.AUTO,
          "`json`: one JSON object a line. `text`: for people. `auto`: text in the dev profile,"
              + " else json.");

  public static final ConfigKey<LogLevel> LOG_LEVEL =
      ConfigKey.of(
          "log.level",
          new TypeReference<LogLevel>() {},
          LogLevel.INFO,
          "Least level of Weft's own log lines.");

  public static final ConfigKey<Duration> DRAIN_TIMEOUT =
      ConfigKey.of(
          "drainTimeout",
          SPAN,
          Duration.ofSeconds(10),
          "How long calls that run may take to end when the process stops.");

  public static final ConfigKey<String> OUTBOUND_PROXY =
      ConfigKey.of(
              "outbound.proxy",
              TEXT,
              "",
              "Proxy for calls to https:// addresses outside, such as model providers:"
                  + " `http://user:password@host:3128` or `socks5://host:1080`. Addresses of this"
                  + " machine and plain http:// are called directly.")
          .withAliases("HTTPS_PROXY", "https_proxy")
          .asSecret()
          .checked(ProxyAddress::problem);

  public static final ConfigKey<List<String>> OUTBOUND_NO_PROXY =
      ConfigKey.of(
              "outbound.noProxy",
              new TypeReference<List<String>>() {},
              List.of(),
              "Hosts that are called without the proxy: names (those below them too), addresses,"
                  + " networks like 10.0.0.0/8; `*` for all.")
          .withAliases("NO_PROXY", "no_proxy");

  public static final ConfigKey<String> OUTBOUND_CA_FILE =
      ConfigKey.of(
          "outbound.caFile",
          TEXT,
          "",
          "PEM file with certificates of authorities that calls to the outside trust beside those"
              + " that Java knows.");

  /** All of them, in the order of the reference. */
  public static final List<ConfigKey<?>> ALL =
      List.of(
          PROFILE,
          DATA,
          MASTER_KEY,
          DATABASE_URL,
          DATABASE_POOL_SIZE,
          DATABASE_WAIT,
          CLUSTER_NAME,
          CLUSTER_HOST,
          CLUSTER_PORT,
          CLUSTER_BUS_PORT,
          CLUSTER_MEMBERS,
          CLUSTER_TLS_DIRECTORY,
          MANAGEMENT_HOST,
          MANAGEMENT_PORT,
          OUTBOUND_PROXY,
          OUTBOUND_NO_PROXY,
          OUTBOUND_CA_FILE,
          LOG_FORMAT,
          LOG_LEVEL,
          DRAIN_TIMEOUT);

  /** How log lines look. */
  public enum LogFormat {
    AUTO,
    TEXT,
    JSON
  }

  /** Least level that is logged. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private static @Nullable String between(int value, int least, int most) {
    return value >= least && value <= most ? null : "must be from " + least + " to " + most;
  }

  private NodeKeys() {}
}

package dev.weft.gateway;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.gateway.http.ClientAddresses;
import dev.weft.node.config.ByteSize;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.http.AllowedHosts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Settings of the gateway service. */
public final class GatewayKeys {
  private static final TypeReference<Integer> INTEGER = new TypeReference<>() {};
  private static final TypeReference<String> TEXT = new TypeReference<>() {};
  private static final TypeReference<Duration> DURATION = new TypeReference<>() {};
  private static final int MEBIBYTE = 1024 * 1024;

  /** Where clients connect: an address of this machine. */
  public static final ConfigKey<String> HOST =
      ConfigKey.of(
              "gateway.host",
              new TypeReference<>() {},
              "127.0.0.1",
              "Address the HTTP server listens on; 0.0.0.0 for all interfaces.")
          .checked(host -> host.isBlank() ? "must be an address, such as 127.0.0.1" : null);

  /** The HTTP port; 0 for any free one. */
  public static final ConfigKey<Integer> PORT =
      ConfigKey.of("gateway.port", INTEGER, 8000, "Port of the HTTP server; 0 for any free one.")
          .checked(within(0, 65_535));

  /** What requests belong to when their key names no project. */
  public static final ConfigKey<String> PROJECT_ID =
      ConfigKey.of(
              "gateway.projectId",
              TEXT,
              "default",
              "Project that a request belongs to when its key names none.")
          .withAliases("GATEWAY_PROJECT_ID")
          .checked(
              id ->
                  id.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
                      ? null
                      : "must be 1 to 64 letters, digits, dots, dashes or underscores");

  /** Hosts that requests may be for, beside those that are the gateway's anyway. */
  public static final ConfigKey<List<String>> ALLOWED_HOSTS =
      ConfigKey.of(
              "gateway.allowedHosts",
              new TypeReference<List<String>>() {},
              List.of(),
              "Names and addresses, such as weft.example.com, that requests may be for (`Host`),"
                  + " beside those of loopback and the address a request came in at; others are"
                  + " answered 421. Empty: no others on loopback, any when `gateway.host` is"
                  + " elsewhere.")
          .checked(firstFault(AllowedHosts::fault));

  /** Proxies whose word on where a request comes from is taken. */
  public static final ConfigKey<List<String>> TRUSTED_PROXIES =
      ConfigKey.of(
              "gateway.trustedProxies",
              new TypeReference<List<String>>() {},
              List.of(),
              "Addresses and networks, such as 10.0.0.0/8, of proxies whose `X-Forwarded-For` says"
                  + " where a request comes from; none by default.")
          .checked(firstFault(ClientAddresses::fault));

  /** Refused credentials of one network at once. */
  public static final ConfigKey<Integer> REFUSALS_BURST =
      ConfigKey.of(
              "gateway.refusedCredentials.burst",
              INTEGER,
              50,
              "Wrong keys and tokens that one client address (IPv6: its /64) may send at once; then"
                  + " credentials that are not known yet are answered 429.")
          .checked(within(1, 1_000_000));

  /** Refused credentials of one network in the long run. */
  public static final ConfigKey<Integer> REFUSALS_PER_MINUTE =
      ConfigKey.of(
              "gateway.refusedCredentials.perMinute",
              INTEGER,
              20,
              "Wrong keys and tokens a minute that one client address may send in the long run.")
          .checked(within(1, 1_000_000));

  /** The certificate chain of the HTTP server; empty for no TLS. */
  public static final ConfigKey<String> TLS_CERTIFICATE =
      ConfigKey.of(
          "gateway.tls.certificate",
          TEXT,
          "",
          "PEM file with the certificate of the HTTP server, then those that vouch for it. Empty:"
              + " no TLS.");

  /** The private key to it. */
  public static final ConfigKey<String> TLS_KEY =
      ConfigKey.of(
          "gateway.tls.key",
          TEXT,
          "",
          "PEM file with the private key to gateway.tls.certificate, not encrypted.");

  /** How often the two files are looked at. */
  public static final ConfigKey<Duration> TLS_RELOAD =
      duration(
          "gateway.tls.reload",
          Duration.ofSeconds(10),
          "Time until a changed certificate is served to new connections, without a restart.");

  /** HTTP server instances, one an event loop. */
  public static final ConfigKey<Integer> EVENT_LOOPS =
      ConfigKey.of(
              "gateway.eventLoops",
              INTEGER,
              0,
              "Event loops that serve HTTP; 0 for one a processor core.")
          .checked(within(0, 256));

  /** Web origins that may call from a browser. */
  public static final ConfigKey<List<String>> ALLOWED_ORIGINS =
      ConfigKey.of(
              "gateway.allowedOrigins",
              new TypeReference<List<String>>() {},
              List.of(),
              "Web origins, such as https://app.example.com, that may call from a browser (CORS);"
                  + " none by default.")
          .checked(GatewayKeys::checkOrigins);

  public static final ConfigKey<Integer> MAX_BODY_BYTES =
      ConfigKey.of(
              "gateway.maxBodyBytes",
              INTEGER,
              32 * MEBIBYTE,
              "Largest request body, in bytes, after a content encoding is undone; more is answered"
                  + " 413.")
          .checked(within(1024, 64 * MEBIBYTE));

  public static final ConfigKey<ByteSize> MAX_BUFFERED_BYTES =
      ConfigKey.of(
              "gateway.maxBufferedBytes",
              new TypeReference<ByteSize>() {},
              new ByteSize(0),
              "Most bytes of requests and answers that the process keeps in memory at once, such as"
                  + " 256MiB; beyond it the reading of requests pauses. Three quarters of it for"
                  + " requests, a third for those of one key. 0: a quarter of the heap.")
          .checked(
              size ->
                  size.bytes() == 0 || size.bytes() >= MEBIBYTE
                      ? null
                      : "must be 0, or 1MiB and more");

  public static final ConfigKey<Duration> BUFFER_TIMEOUT =
      duration(
          "gateway.bufferTimeout",
          Duration.ofSeconds(10),
          "Time a request waits for room among gateway.maxBufferedBytes; then it is answered 503.");

  public static final ConfigKey<Integer> MAX_FIELDS_BYTES =
      ConfigKey.of(
              "gateway.maxFieldsBytes",
              INTEGER,
              MEBIBYTE,
              "Largest request body that is read as fields, or as arguments of an object, in"
                  + " bytes.")
          .checked(within(1024, 64 * MEBIBYTE));

  public static final ConfigKey<Integer> MAX_DOCUMENT_BYTES =
      ConfigKey.of(
              "gateway.maxDocumentBytes",
              INTEGER,
              8 * MEBIBYTE,
              "Largest request body that carries a document, in bytes.")
          .checked(within(1024, 64 * MEBIBYTE));

  public static final ConfigKey<Integer> MAX_HEADER_BYTES =
      ConfigKey.of(
              "gateway.maxHeaderBytes",
              INTEGER,
              16 * 1024,
              "Largest sum of a request's headers, in bytes; more is answered 431.")
          .checked(within(1024, MEBIBYTE));

  public static final ConfigKey<Integer> MAX_CONNECTIONS =
      ConfigKey.of(
              "gateway.maxConnections",
              INTEGER,
              20_000,
              "Connections open at once; requests on further ones are answered 503.")
          .checked(within(1, 1_000_000));

  public static final ConfigKey<Integer> MAX_REQUESTS =
      ConfigKey.of(
              "gateway.maxRequests",
              INTEGER,
              10_000,
              "Requests worked on at once; further ones are answered 503.")
          .checked(within(1, 1_000_000));

  public static final ConfigKey<Integer> MAX_WATCHERS =
      ConfigKey.of(
              "gateway.maxWatchers",
              INTEGER,
              5_000,
              "Streams of objects (`/watch`) open at once; further ones are answered 503.")
          .checked(within(0, 100_000));

  public static final ConfigKey<Integer> MAX_WATCHERS_PER_KEY =
      ConfigKey.of(
              "gateway.maxWatchersPerKey",
              INTEGER,
              500,
              "The same of one API key; further ones are answered 429.")
          .checked(within(0, 100_000));

  public static final ConfigKey<Duration> HEADER_TIMEOUT =
      duration(
          "gateway.headerTimeout",
          Duration.ofSeconds(10),
          "Time a new connection has to send its first request's headers.");

  public static final ConfigKey<Duration> BODY_TIMEOUT =
      duration(
          "gateway.bodyTimeout",
          Duration.ofSeconds(60),
          "Time a request has to send its whole body, however steadily it trickles.");

  public static final ConfigKey<Duration> KEEP_ALIVE_TIMEOUT =
      duration(
          "gateway.keepAliveTimeout",
          Duration.ofSeconds(75),
          "Time a connection may stay open between requests.");

  public static final ConfigKey<Duration> REQUEST_TIMEOUT =
      duration(
          "gateway.requestTimeout",
          Duration.ofMinutes(10),
          "Time a completion may take; for a streamed one, the time to its first event.");

  public static final ConfigKey<Duration> CALL_TIMEOUT =
      duration(
          "gateway.callTimeout",
          Duration.ofSeconds(60),
          "Time any other call to a service may take.");

  public static final ConfigKey<Duration> STREAM_PING =
      duration(
          "gateway.streamPing",
          Duration.ofSeconds(15),
          "Silence after which a stream carries a comment, so that nothing between cuts it.");

  public static final ConfigKey<Duration> WRITE_STALL_TIMEOUT =
      duration(
          "gateway.writeStallTimeout",
          Duration.ofSeconds(120),
          "Time a client may go without reading before its connection is closed.");

  public static final ConfigKey<Duration> DRAIN_TIMEOUT =
      duration(
          "gateway.drainTimeout",
          Duration.ofSeconds(10),
          "Time running requests have to end when the gateway stops.");

  static final List<ConfigKey<?>> ALL =
      List.of(
          HOST,
          PORT,
          PROJECT_ID,
          ALLOWED_HOSTS,
          TRUSTED_PROXIES,
          REFUSALS_BURST,
          REFUSALS_PER_MINUTE,
          TLS_CERTIFICATE,
          TLS_KEY,
          TLS_RELOAD,
          EVENT_LOOPS,
          ALLOWED_ORIGINS,
          MAX_BODY_BYTES,
          MAX_BUFFERED_BYTES,
          BUFFER_TIMEOUT,
          MAX_FIELDS_BYTES,
          MAX_DOCUMENT_BYTES,
          MAX_HEADER_BYTES,
          MAX_CONNECTIONS,
          MAX_REQUESTS,
          MAX_WATCHERS,
          MAX_WATCHERS_PER_KEY,
          HEADER_TIMEOUT,
          BODY_TIMEOUT,
          KEEP_ALIVE_TIMEOUT,
          REQUEST_TIMEOUT,
          CALL_TIMEOUT,
          STREAM_PING,
          WRITE_STALL_TIMEOUT,
          DRAIN_TIMEOUT);

  private GatewayKeys() {}

  private static ConfigKey<Duration> duration(String name, Duration value, String description) {
    return ConfigKey.of(name, DURATION, value, description)
        .checked(
            given ->
                given.toMillis() < 1 || given.compareTo(Duration.ofDays(1)) > 0
                    ? "must be between 1ms and 24h"
                    : null);
  }

  private static Function<Integer, @Nullable String> within(int least, int most) {
    return value ->
        value < least || value > most ? "must be between " + least + " and " + most : null;
  }

  private static Function<List<String>, @Nullable String> firstFault(
      Function<String, @Nullable String> fault) {
    return values -> values.stream().map(fault).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static @Nullable String checkOrigins(List<String> origins) {
    for (String origin : origins) {
      if (!origin.matches("https?://[^/\\s*]+")) {
        return "'" + origin + "' is no origin; write scheme://host or scheme://host:port";
      }
    }
    return null;
  }
}

package dev.weft.postgres;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server is and how to connect to it. Holds a password: {@link #toString()}
 * masks it, {@link #uri()} does not.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database its name
 * @param user who connects
 * @param password empty for none
 * @param options what followed the question mark: {@code sslmode}, {@code sslrootcert}, …
 */
public record DatabaseUrl(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> options) {

  private static final String FORM = "postgresql://user:password@host:5432/database";
  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  public DatabaseUrl {
    options = Map.copyOf(options);
  }

  /** A server on this machine, without TLS. */
  static DatabaseUrl of(String host, int port, String database, String user, String password) {
    return new DatabaseUrl(host, port, database, user, password, Map.of("sslmode", "disable"));
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?sslmode=require}, or {@code
   * postgres://}.
   *
   * @throws IllegalArgumentException saying what is wrong, without the URL itself
   */
  public static DatabaseUrl parse(String url) {
    if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
      String found = url.contains("://") ? url.substring(0, url.indexOf("://") + 3) : "something";
      throw new IllegalArgumentException(
          "must be a PostgreSQL URL like " + FORM + ", but starts with " + scheme(found));
    }
    if (isCutShort(url)) {
      throw new IllegalArgumentException(
          "has a password with @, /, ? or # as it is, so that the host cannot be told; write @ as"
              + " %40, / as %2F, ? as %3F, # as %23");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      // The exception's own text would show the password.
      throw new IllegalArgumentException(
          "is not a URL like "
              + FORM
              + "; special characters in the password must be written as %40 (@), %3A (:), %2F"
              + " (/), %23 (#)",
          null);
    }
    String host = uri.getHost();
    if (host == null || host.isEmpty()) {
      throw new IllegalArgumentException("names no host; its form is " + FORM);
    }
    String database = uri.getRawPath() == null ? "" : decode(uri.getRawPath());
    database = database.startsWith("/") ? database.substring(1) : database;
    if (database.isEmpty() || database.contains("/")) {
      throw new IllegalArgumentException("names no database after the host; its form is " + FORM);
    }
    String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    int colon = userInfo.indexOf(':');
    String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
    if (user.isEmpty()) {
      throw new IllegalArgumentException("names no user; its form is " + FORM);
    }
    String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    Map<String, String> options = options(uri.getRawQuery());
    String sslMode = options.getOrDefault("sslmode", "prefer");
    if (!SSL_MODES.contains(sslMode)) {
      throw new IllegalArgumentException(
          "has a wrong sslmode; there are disable, allow, prefer, require, verify-ca, verify-full");
    }
    String bareHost = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    return new DatabaseUrl(bareHost, port, database, user, password, options);
  }

  /** Whether there is an at sign where none should be: behind that of the password, or too late. */
  private static boolean isCutShort(String url) {
    int from = url.indexOf("://") + 3;
    int end = from;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    int first = url.indexOf('@', from);
    int query = url.indexOf('?', end);
    String rest = url.substring(end, query > end ? query : url.length());
    boolean late = first >= end && first >= 0;
    return late || url.lastIndexOf('@', end - 1) > first || rest.contains("@");
  }

  /** What is wrong with a URL, or null. */
  public static @Nullable String problem(String url) {
    try {
      parse(url);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** The same server with another database. */
  public DatabaseUrl withDatabase(String name) {
    return new DatabaseUrl(host, port, name, user, password, options);
  }

  /** The whole URL, with the password. Never log it. */
  public String uri() {
    StringBuilder out = new StringBuilder("postgresql://").append(encode(user));
    if (!password.isEmpty()) {
      out.append(':').append(encode(password));
    }
    out.append('@').append(authority()).append('/').append(encode(database));
    char separator = '?';
    for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
      out.append(separator).append(option.getKey()).append('=').append(encode(option.getValue()));
      separator = '&';
    }
    return out.toString();
  }

  /** For people: without user and password. */
  @Override
  public String toString() {
    return "postgresql://" + authority() + "/" + database;
  }

  /**
   * For the reactive client, with the limit of {@link Deadline#REQUEST} for each statement. The
   * search path is the schema, if one is given.
   */
  public PgConnectOptions connectOptions(@Nullable String schema) {
    SslMode mode = SslMode.of(sslMode());
    PgConnectOptions connect =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setDatabase(database)
            .setUser(user)
            .setPassword(password)
            .setCachePreparedStatements(true)
            .setSslMode(mode);
    connect.addProperty("application_name", schema == null ? "weft" : "weft " + schema);
    connect.addProperty(
        "statement_timeout", Long.toString(Deadline.REQUEST.statement().toMillis()));
    // So that the server, too, notices that its peer is gone and gives its locks back.
    connect.addProperty("tcp_keepalives_idle", "10");
    connect.addProperty("tcp_keepalives_interval", "5");
    connect.addProperty("tcp_keepalives_count", "3");
    if (schema != null) {
      connect.addProperty("search_path", schema);
    }
    if (mode != SslMode.DISABLE) {
      connect.setSslOptions(tls(mode));
    }
    return connect;
  }

  /** For JDBC. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + authority() + "/" + encode(database);
  }

  /** For JDBC, with the password. */
  public Properties jdbcProperties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("sslmode", sslMode());
    properties.setProperty("connectTimeout", Long.toString(Deadline.CONNECT.toSeconds()));
    properties.setProperty("ApplicationName", "weft migrations");
    String rootCertificate = options.get("sslrootcert");
    if (rootCertificate != null && !rootCertificate.equals("system")) {
      properties.setProperty("sslrootcert", rootCertificate);
    } else if (sslMode().startsWith("verify")) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return properties;
  }

  /** Who names an authority wants it checked, also with PostgreSQL's own clients. */
  private String sslMode() {
    String mode = options.getOrDefault("sslmode", "prefer");
    return mode.equals("require") && options.containsKey("sslrootcert") ? "verify-ca" : mode;
  }

  private ClientSSLOptions tls(SslMode mode) {
    ClientSSLOptions tls = new ClientSSLOptions();
    if (mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL) {
      // As PostgreSQL's own clients: these modes encrypt and trust whoever answers.
      return tls.setTrustAll(true).setHostnameVerificationAlgorithm("");
    }
    String rootCertificate = options.get("sslrootcert");
    if (rootCertificate != null && !rootCertificate.equals("system")) {
      tls.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate));
    }
    return tls.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
  }

  private String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static Map<String, String> options(@Nullable String query) {
    Map<String, String> options = new LinkedHashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String part : query.split("&", -1)) {
        int equals = part.indexOf('=');
        if (equals > 0) {
          options.put(
              decode(part.substring(0, equals)).toLowerCase(Locale.ROOT),
              decode(part.substring(equals + 1)));
        }
      }
    }
    return options;
  }

  private static String scheme(String found) {
    return found.matches("[A-Za-z][A-Za-z0-9+.-]{0,20}://") ? found : "something else";
  }

  private static String decode(String text) {
    // A plus sign is itself in URLs, other than in forms.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

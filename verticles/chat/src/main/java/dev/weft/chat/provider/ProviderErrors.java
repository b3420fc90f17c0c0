package dev.weft.chat.provider;

import dev.weft.chat.wire.StreamFilter;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.node.http.ContentDecoder;
import io.netty.handler.proxy.ProxyConnectException;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a provider's failures mean to the client. */
final class ProviderErrors {

  private static final String AREA = "chat:provider";
  private static final String NO_ROOM_AREA = "chat:answer";
  private static final String NO_ROOM = NO_ROOM_AREA + ".overloaded";
  private static final String LIMIT = "chat.maxAnswerBytes";
  private static final String CHECK_URL = "Check its base URL: most end with /v1.";

  /** Loop Detected: the provider leads back to Weft. */
  private static final int LOOP = 508;

  /** What frameworks say of a path that they do not have. */
  private static final Pattern NO_ROUTE =
      Pattern.compile(
          "(?i)\\W{0,9}(404|405)?\\W{0,9}(page )?(not found|method not allowed)\\W{0,9}");

  private static final long MAX_RETRY_AFTER_MILLIS = Duration.ofDays(1).toMillis();

  private ProviderErrors() {}

  /** The error for an answer with a status that is no success. */
  static WeftError ofStatus(Provider provider, int status, MultiMap headers, byte[] body) {
    ProviderWords words = ProviderWords.of(provider, body);
    WeftError error =
        looksElsewhere(status, words)
            ? elsewhere(provider, status, headers, words)
            : classified(provider, status, words);
    Long wait = retryAfterMillis(headers);
    if (wait != null && error.retryable()) {
      error = error.withDetail(WeftError.RETRY_AFTER_MILLIS, wait);
    }
    return error.withOutcome(Outcome.EXECUTED);
  }

  /** Whether an answer comes from something that is no API of this kind: a wrong base URL. */
  private static boolean looksElsewhere(int status, ProviderWords words) {
    boolean none = status == 404 || status == 405;
    return status / 100 == 3
        || (none && words.object() == null)
        || (none && NO_ROUTE.matcher(words.text()).matches());
  }

  private static WeftError elsewhere(
      Provider provider, int status, MultiMap headers, ProviderWords words) {
    String location = headers.get("location");
    String what =
        status / 100 == 3
            ? "with a redirect (status "
                + status
                + (location == null ? ")" : ") to " + shown(location))
            : "with status " + status + type(headers);
    return WeftError.of(
            AREA,
            Reason.UPSTREAM,
            "The provider "
                + provider
                + " answered "
                + what
                + (words.text().isEmpty() ? "" : ": " + words.text())
                + (words.text().endsWith(".") ? " " : ". ")
                + CHECK_URL)
        .withRetryable(false);
  }

  /** A redirect's target without what could be a secret in it. */
  private static String shown(String location) {
    String plain = location.replaceFirst("//[^/@]*@", "//").replaceFirst("[?#].*", "");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }

  private static String type(MultiMap headers) {
    String type = headers.get("content-type");
    return type == null ? "" : " and " + type.split(";", 2)[0].strip();
  }

  private static WeftError classified(Provider provider, int status, ProviderWords words) {
    WeftError error = classify(provider, status, words);
    // The provider's words about our key are not for the client: some quote parts of it.
    boolean ofKey = status == 401 || (status == 403 && error.reason() != Reason.DENIED);
    if (words.object() != null && !ofKey) {
      error = error.withDetail(WeftError.UPSTREAM_ERROR, words.object());
    }
    return error.withDetail(WeftError.UPSTREAM_STATUS, status);
  }

  private static WeftError classify(Provider provider, int status, ProviderWords words) {
    String said = words.asEnd();
    String who = "The provider " + provider.name();
    Map<String, Object> given = words.object();
    return switch (status) {
      case 400, 422 -> WeftError.of(AREA, Reason.INVALID, who + " refused the request" + said);
      case 404 -> WeftError.of(AREA, Reason.NOT_FOUND, who + " does not know this" + said);
      case 409 -> WeftError.of(AREA, Reason.CONFLICT, who + " reports a conflict" + said);
      case 413 -> WeftError.of(AREA, Reason.TOO_LARGE, who + " finds the request too large" + said);
      case 401 -> refusedKey(provider, who, status);
      case 403 ->
          words.text().isEmpty() || words.blamesKey()
              ? refusedKey(provider, who, status)
              : WeftError.of(AREA, Reason.DENIED, who + " does not allow this" + said);
      case 402 ->
          WeftError.of(AREA, Reason.UPSTREAM, who + " wants to be paid" + said)
              .withRetryable(false);
      case 408, 504 -> WeftError.of(AREA, Reason.TIMEOUT, who + " timed out" + said);
      case 429 ->
          given != null && "insufficient_quota".equals(given.get("code"))
              ? WeftError.of(AREA, Reason.QUOTA, who + " reports a used-up quota" + said)
              : WeftError.of(AREA, Reason.RATE_LIMITED, who + " limits the rate" + said);
      case 503, 529 ->
          WeftError.of(AREA, Reason.UNAVAILABLE, who + " is overloaded or away" + said);
      case LOOP ->
          WeftError.of(AREA, Reason.UPSTREAM, who + " answered with status " + status + said)
              .withRetryable(false);
      default ->
          WeftError.of(AREA, Reason.UPSTREAM, who + " answered with status " + status + said)
              .withRetryable(status >= 500);
    };
  }

  private static WeftError refusedKey(Provider provider, String who, int status) {
    return WeftError.of(
            AREA,
            Reason.UPSTREAM,
            who
                + (provider.keyOrigin().isEmpty()
                    ? " wants an API key, and none is configured for it"
                    : " refused the API key of Weft (from " + provider.keyOrigin() + ")")
                + ", status "
                + status
                + ". Correct the key and restart.")
        .withRetryable(false);
  }

  /** The error for an answer that is not what it should be. It may have cost something. */
  static WeftError nonsense(Provider provider, String what) {
    return WeftError.of(AREA, Reason.UPSTREAM, "The provider " + provider.name() + " " + what + ".")
        .withRetryable(false)
        .withOutcome(Outcome.EXECUTED);
  }

  /** The error for an answer with a good status whose body reports a failure. */
  static WeftError hidden(Provider provider, byte[] error) {
    return reported(provider, "reported an error in an answer that calls itself good", error, true)
        .withOutcome(Outcome.EXECUTED);
  }

  /**
   * The error for an answer with a good status whose body is no answer.
   *
   * @param what the answer that was expected: {@code a completion}
   */
  static WeftError noAnswer(
      Provider provider, int status, MultiMap headers, byte[] body, String what) {
    ProviderWords words = ProviderWords.of(provider, body);
    String type = type(headers);
    boolean page = type.contains("html") || type.contains("text/plain") || type.contains("xml");
    return WeftError.of(
            AREA,
            Reason.UPSTREAM,
            "The provider "
                + (page ? provider : provider.name())
                + " answered with status "
                + status
                + (body.length == 0 ? " and an empty body" : type)
                + ", which is no "
                + what
                + (words.text().isEmpty() ? "." : ": " + words.text())
                + (page ? " " + CHECK_URL : ""))
        .withRetryable(false)
        .withOutcome(Outcome.EXECUTED);
  }

  /**
   * The error for a stream that broke.
   *
   * @param begun whether the client has got some of the answer
   */
  static WeftError ofStream(Provider provider, StreamFilter.Failure failure, boolean begun) {
    byte[] said = failure.words() == null ? new byte[0] : failure.words();
    WeftError error =
        switch (failure.fault()) {
          case REPORTED -> reported(provider, failure.message(), said, !begun);
          case TRUNCATED, NONSENSE, NO_STREAM -> {
            String text = said.length == 0 ? "" : ProviderWords.of(provider, said).text();
            yield nonsense(provider, failure.message() + (text.isEmpty() ? "" : ": " + text));
          }
          case TOO_LARGE -> nonsense(provider, failure.message() + " (" + LIMIT + ")");
        };
    return error.withOutcome(Outcome.UNKNOWN);
  }

  /** The error for an answer that this process has no memory for; the provider did its part. */
  static WeftError noRoom(Provider provider) {
    return WeftError.of(
            NO_ROOM_AREA,
            Reason.OVERLOADED,
            "The answer of "
                + provider.name()
                + " found no room: this process holds as many bytes of requests and answers as it"
                + " may, a quarter of its heap.")
        .withOutcome(Outcome.EXECUTED)
        .withRetryable(false);
  }

  /** The error for an answer in one piece that is longer than the limit. */
  static WeftError tooLarge(Provider provider, int limitBytes) {
    return nonsense(provider, "answered with more than " + limitBytes + " bytes (" + LIMIT + ")");
  }

  /**
   * @param byStatus whether the status that the report names, if it does, decides what error it is
   */
  private static WeftError reported(Provider provider, String what, byte[] said, boolean byStatus) {
    ProviderWords words = ProviderWords.of(provider, said);
    if (byStatus && words.status() != 0) {
      return classified(provider, words.status(), words);
    }
    WeftError error =
        WeftError.of(
            AREA, Reason.UPSTREAM, "The provider " + provider.name() + " " + what + words.asEnd());
    return words.object() == null
        ? error
        : error.withDetail(WeftError.UPSTREAM_ERROR, words.object());
  }

  /** The error for an answer that the transport cut off. */
  static WeftError cut(Provider provider) {
    return nonsense(provider, "closed the connection within its answer: the answer is truncated")
        .withOutcome(Outcome.UNKNOWN);
  }

  /**
   * The error for a request after which no answer came: the provider may have worked on it, so that
   * trying again could do, and cost, it twice.
   */
  static WeftError closed(Provider provider) {
    return nonsense(provider, "closed the connection without an answer")
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for an answer whose content encoding cannot be undone. */
  static WeftError badEncoding(Provider provider, String encoding, IOException why) {
    String shown = encoding.length() > 40 ? encoding.substring(0, 40) + "…" : encoding;
    return nonsense(
        provider, "answered in the content encoding '" + shown + "', which " + why.getMessage());
  }

  /** The error for an answer in a content encoding that nothing here undoes. */
  static WeftError unknownEncoding(Provider provider, String encoding) {
    return badEncoding(
        provider,
        encoding,
        new IOException("Weft does not read (only " + ContentDecoder.KNOWN + ")"));
  }

  /** The error for bytes that are no HTTP. */
  static WeftError noHttp(Provider provider) {
    return nonsense(
            provider, "at " + provider.baseUrl() + " answered with something that is no HTTP")
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for a limit that passed. */
  static WeftError timeout(Provider provider, String what, Duration limit) {
    return WeftError.of(
            AREA,
            Reason.TIMEOUT,
            "The provider " + provider.name() + " " + what + " within " + limit.toMillis() + " ms.")
        .withRetryable(false)
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for a connection that could not be made. */
  static WeftError unreachable(Provider provider, Throwable failure) {
    String why =
        switch (failure) {
          case ProxyConnectException e -> "the proxy made no connection to it";
          case UnknownHostException e -> "its name is not known to DNS";
          case NoRouteToHostException e -> "there is no route to it";
          case ConnectException e -> "it does not take connections";
          case SSLException e -> tls(e);
          case TimeoutException e ->
              "it does not answer within " + provider.timeouts().connect().toMillis() + " ms";
          default -> "the connection could not be made";
        };
    return WeftError.of(
        AREA,
        Reason.UNAVAILABLE,
        "The provider "
            + provider
            + " cannot be reached"
            + by(provider, failure)
            + ": "
            + why
            + ".");
  }

  private static String by(Provider provider, Throwable failure) {
    if (provider.proxy() == null) {
      return "";
    }
    boolean refused = failure instanceof ProxyConnectException;
    String said = refused ? String.valueOf(failure.getMessage()) : "";
    int status = said.indexOf("status: ");
    return " through the proxy "
        + provider.proxy()
        + " (outbound.proxy)"
        + (status < 0 ? "" : ", which answered " + said.substring(status + 8));
  }

  /** What TLS failed at; its own texts are full of names of classes. */
  private static String tls(SSLException failure) {
    StringBuilder texts = new StringBuilder();
    Throwable cause = failure;
    for (int i = 0; i < 8 && cause != null; i++) {
      texts.append(cause.getMessage()).append('\n');
      cause = cause.getCause();
    }
    String all = texts.toString();
    if (all.contains("not an SSL/TLS record")) {
      return "it does not speak TLS (http:// instead of https://?)";
    }
    if (all.contains("unable to find valid certification path") || all.contains("self-signed")) {
      return "TLS fails: its certificate comes from nobody this machine trusts";
    }
    if (all.contains("No subject alternative") || all.contains("No name matching")) {
      return "TLS fails: its certificate is for another name";
    }
    if (all.contains("expired") || all.contains("NotAfter")) {
      return "TLS fails: its certificate has expired";
    }
    return all.contains("handshake timed out")
        ? "the TLS handshake took too long"
        : "TLS fails: the handshake was refused";
  }

  /** Whether a failure says something about the provider, not about the request or the client. */
  static boolean isProviders(WeftError error) {
    return switch (error.reason()) {
      case INVALID, NOT_FOUND, DENIED, CONFLICT, TOO_LARGE, UNPROCESSABLE, CANCELLED -> false;
      case OVERLOADED -> !error.code().equals(NO_ROOM);
      default -> true;
    };
  }

  /** Milliseconds to wait (RFC 9110 section 10.2.3, and the form of OpenAI's SDKs). */
  private static @Nullable Long retryAfterMillis(MultiMap headers) {
    String millis = headers.get("retry-after-ms");
    String after = headers.get("retry-after");
    try {
      double wait;
      if (millis != null) {
        wait = Double.parseDouble(millis);
      } else if (after == null) {
        return null;
      } else if (Character.isDigit(after.charAt(0))) {
        wait = Double.parseDouble(after) * 1_000;
      } else {
        ZonedDateTime at = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME);
        wait = Duration.between(ZonedDateTime.now(at.getZone()), at).toMillis();
      }
      return (long) Math.max(0, Math.min(MAX_RETRY_AFTER_MILLIS, wait));
    } catch (NumberFormatException | DateTimeParseException | StringIndexOutOfBoundsException e) {
      return null;
    }
  }
}

package dev.weft.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.chat.wire.StreamFilter;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.json.Json;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a provider's failures mean to the client. */
final class ProviderErrors {

  private static final String AREA = "chat:provider";
  private static final int MAX_TEXT = 2_000;
  private static final long MAX_RETRY_AFTER_MILLIS = Duration.ofDays(1).toMillis();

  private ProviderErrors() {}

  /** The error for an answer with a status that is no success. */
  static WeftError ofStatus(Provider provider, int status, MultiMap headers, byte[] body) {
    Map<String, Object> given = errorObject(body);
    WeftError error = classify(provider, status, given);
    // The provider's words about our key are not for the client: some quote parts of it.
    if (given != null && status != 401 && status != 403) {
      error = error.withDetail(WeftError.UPSTREAM_ERROR, given);
    }
    Long wait = retryAfterMillis(headers);
    if (wait != null && error.retryable()) {
      error = error.withDetail(WeftError.RETRY_AFTER_MILLIS, wait);
    }
    return error.withDetail(WeftError.UPSTREAM_STATUS, status).withOutcome(Outcome.EXECUTED);
  }

  private static WeftError classify(
      Provider provider, int status, @Nullable Map<String, Object> given) {
    String said = given == null ? "." : ": " + given.get("message");
    String who = "The provider " + provider.name();
    return switch (status) {
      case 400, 422 -> WeftError.of(AREA, Reason.INVALID, who + " refused the request" + said);
      case 404 -> WeftError.of(AREA, Reason.NOT_FOUND, who + " does not know this" + said);
      case 409 -> WeftError.of(AREA, Reason.CONFLICT, who + " reports a conflict" + said);
      case 413 -> WeftError.of(AREA, Reason.TOO_LARGE, who + " finds the request too large" + said);
      case 401, 403 ->
          WeftError.of(
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
      default ->
          WeftError.of(AREA, Reason.UPSTREAM, who + " answered with status " + status + said)
              .withRetryable(status >= 500);
    };
  }

  /** The error for an answer that is not what it should be. */
  static WeftError nonsense(Provider provider, String what) {
    return WeftError.of(AREA, Reason.UPSTREAM, "The provider " + provider.name() + " " + what + ".")
        .withOutcome(Outcome.EXECUTED);
  }

  /** The error for an answer with status 200 whose body is an error object. */
  static WeftError hidden(Provider provider, byte[] error) {
    return withObject(nonsense(provider, "reported an error under status 200"), wrapped(error));
  }

  /** The error for a stream that broke. */
  static WeftError ofStream(Provider provider, StreamFilter.Failure failure) {
    byte[] error = failure.error();
    WeftError base = nonsense(provider, failure.message()).withOutcome(Outcome.UNKNOWN);
    return error == null ? base : withObject(base, wrapped(error));
  }

  /** The error for an answer that the transport cut off. */
  static WeftError cut(Provider provider) {
    return nonsense(provider, "closed the connection within its answer: the answer is truncated")
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for a connection that closed before any answer. */
  static WeftError closed(Provider provider) {
    return nonsense(provider, "closed the connection without an answer")
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for a limit that passed. */
  static WeftError timeout(Provider provider, String what, Duration limit) {
    return WeftError.of(
            AREA,
            Reason.TIMEOUT,
            "The provider " + provider.name() + " " + what + " within " + limit.toMillis() + " ms.")
        .withOutcome(Outcome.UNKNOWN);
  }

  /** The error for a connection that could not be made. */
  static WeftError unreachable(Provider provider, Throwable failure) {
    String why =
        switch (failure) {
          case UnknownHostException e -> "its name is not known to DNS";
          case NoRouteToHostException e -> "there is no route to it";
          case ConnectException e -> "it does not take connections";
          case SSLException e -> "TLS fails: " + e.getMessage();
          case TimeoutException e ->
              "it does not answer within " + provider.timeouts().connect().toMillis() + " ms";
          default -> failure.getClass().getSimpleName();
        };
    return WeftError.of(
        AREA, Reason.UNAVAILABLE, "The provider " + provider + " cannot be reached: " + why + ".");
  }

  /** Whether a failure says something about the provider, not about the request or the client. */
  static boolean isProviders(WeftError error) {
    return switch (error.reason()) {
      case INVALID, NOT_FOUND, CONFLICT, TOO_LARGE, UNPROCESSABLE, CANCELLED -> false;
      default -> true;
    };
  }

  private static WeftError withObject(WeftError error, @Nullable Map<String, Object> given) {
    return given == null
        ? error
        : new WeftError(
                error.code(),
                error.message().substring(0, error.message().length() - 1)
                    + ": "
                    + given.get("message"),
                error.retryable(),
                error.outcome(),
                error.details())
            .withDetail(WeftError.UPSTREAM_ERROR, given);
  }

  private static @Nullable Map<String, Object> wrapped(byte[] error) {
    try {
      return shaped(Json.tree(error, 0, error.length));
    } catch (IOException e) {
      return null;
    }
  }

  /** The error object within a body, in OpenAI's shape; null when there is none. */
  private static @Nullable Map<String, Object> errorObject(byte[] body) {
    try {
      JsonNode root = Json.tree(body, 0, body.length);
      if (!root.isObject()) {
        return null;
      }
      for (String name : new String[] {"error", "message", "detail"}) {
        if (root.hasNonNull(name)) {
          return shaped(root.get(name));
        }
      }
      return null;
    } catch (IOException notJson) {
      return null;
    }
  }

  private static @Nullable Map<String, Object> shaped(JsonNode error) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (error.isObject()) {
      JsonNode message = error.path("message");
      out.put("message", shorten(message.isTextual() ? message.asText() : error.toString()));
      for (String name : new String[] {"type", "param", "code"}) {
        if (error.path(name).isValueNode() && !error.path(name).isNull()) {
          out.put(name, shorten(error.path(name).asText()));
        }
      }
    } else if (error.isTextual() || error.isArray()) {
      out.put("message", shorten(error.isTextual() ? error.asText() : error.toString()));
    } else {
      return null;
    }
    return out;
  }

  private static String shorten(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
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

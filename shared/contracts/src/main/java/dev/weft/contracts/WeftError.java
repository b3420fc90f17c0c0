package dev.weft.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The one error that crosses the mesh.
 *
 * @param code stable and machine-readable: {@code service:thing.reason} or {@code service:reason},
 *     ending with a {@link Reason}
 * @param message for people: what happened and what to do; never a secret
 * @param retryable whether repeating the call later may succeed
 * @param outcome what is known about the effect
 * @param details further facts; keys with a fixed meaning are constants of this class
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WeftError(
    String code, String message, boolean retryable, Outcome outcome, Map<String, Object> details) {

  /** Detail: the request field at fault, as a path ({@code messages[0].content}). */
  public static final String PARAM = "param";

  /** Detail: milliseconds to wait before trying again (a number). */
  public static final String RETRY_AFTER_MILLIS = "retryAfterMillis";

  /** Detail: the HTTP status an outside party answered with (a number). */
  public static final String UPSTREAM_STATUS = "upstreamStatus";

  /**
   * Detail: the {@code error} object of an outside party's answer in OpenAI's shape (a map with
   * message, type, param, code), to be shown to the client as it is.
   */
  public static final String UPSTREAM_ERROR = "upstreamError";

  /** Detail: the sequence of an item after which a stream that ended may be gone on with. */
  public static final String RESUME = "resume";

  private static final Pattern CODE = Pattern.compile("[a-z]+:([a-zA-Z_]+\\.)*[a-z_]+");

  public WeftError {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(outcome, "outcome");
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("error code '" + code + "' is not service:thing.reason");
    }
    details = details == null ? Map.of() : present(details);
  }

  /** The details without those that say nothing. Not Map.copyOf: it probes where hashes collide. */
  private static Map<String, Object> present(Map<String, Object> details) {
    Map<String, Object> present = new LinkedHashMap<>(details);
    present.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(present);
  }

  /** The kind of failure, read from the code. */
  public Reason reason() {
    return Reason.ofCode(code);
  }

  /**
   * An error that had no effect.
   *
   * @param area service, or service and thing: {@code chat} or {@code chat:conversation}
   */
  public static WeftError of(String area, Reason reason, String message) {
    String code = area + (area.indexOf(':') < 0 ? ":" : ".") + reason.word();
    return new WeftError(code, message, reason.retryable(), Outcome.NOT_EXECUTED, Map.of());
  }

  public WeftError withOutcome(Outcome newOutcome) {
    return new WeftError(code, message, retryable, newOutcome, details);
  }

  public WeftError withRetryable(boolean newRetryable) {
    return new WeftError(code, message, newRetryable, outcome, details);
  }

  public WeftError withDetail(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put(key, value);
    return new WeftError(code, message, retryable, outcome, more);
  }

  /** This error as a throwable: with a stack trace only for faults of our own. */
  public WeftException exception() {
    return new WeftException(this, null);
  }

  /** This error as a throwable with the fault that led to it. */
  public WeftException exception(Throwable cause) {
    return new WeftException(this, cause);
  }
}

package dev.weft.gateway.http.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link WeftError} as HTTP clients see it: a status and OpenAI's error object. The only place
 * that knows both vocabularies.
 *
 * @param status HTTP status
 * @param message for people
 * @param type OpenAI's class of error
 * @param param the request field at fault; null when there is none
 * @param code OpenAI's code where it has one for this, else ours
 * @param retryAfterMillis how long to wait before trying again; negative when unknown
 * @param shouldRetry false tells clients that would try again by themselves not to; null leaves it
 *     to them
 * @param more further fields of the error object, as a provider gave them
 */
public record HttpError(
    int status,
    String message,
    String type,
    @Nullable String param,
    @Nullable String code,
    long retryAfterMillis,
    @Nullable Boolean shouldRetry,
    Map<String, Object> more) {

  /** Statuses of a provider that the client's own request caused, so that they are its answer. */
  private static final Set<Integer> CLIENT_CAUSED = Set.of(400, 404, 409, 413, 415, 422, 429);

  /** Statuses of a provider that concern its secrets: their texts may quote part of one. */
  private static final Set<Integer> PROVIDER_ACCOUNT = Set.of(401, 402, 407);

  private static final Set<String> OWN_FIELDS =
      Set.of("message", "type", "param", "code", "request_id");

  /** Codes whose status is not the one of their reason. */
  private static final Map<String, Integer> OWN_STATUS =
      Map.of(
          "gateway:method.invalid", 405,
          "gateway:body.timeout", 408,
          "gateway:uri.too_large", 414,
          "gateway:host.denied", 421,
          "gateway:media.invalid", 415,
          "gateway:loop.invalid", 508,
          "gateway:websocket.version.invalid", 426,
          "gateway:headers.too_large", 431,
          "gateway:request.unsupported.invalid", 501,
          "chat:context.too_large", 400);

  /** Codes for which OpenAI has one of its own. */
  private static final Map<String, String> OWN_CODE =
      Map.of(
          "chat:model.not_found", "model_not_found",
          "chat:context.too_large", "context_length_exceeded");

  private static final JsonFactory JSON = new JsonFactory();
  private static final long DEFAULT_RETRY_MILLIS = 1_000;

  /** The error in HTTP's terms. */
  public static HttpError of(WeftError error) {
    Reason reason = error.reason();
    int status = status(error, reason);
    String message = error.message();
    String type = type(reason, status);
    String param = text(error.details().get(WeftError.PARAM));
    String code = code(error, reason);
    Map<String, Object> more = new LinkedHashMap<>();
    if (error.details().get(WeftError.UPSTREAM_ERROR) instanceof Map<?, ?> shown
        && !PROVIDER_ACCOUNT.contains(upstreamStatus(error))) {
      message = textOr(shown.get("message"), message);
      type = textOr(shown.get("type"), type);
      param = text(shown.get("param"));
      code = text(shown.get("code"));
      shown.forEach((name, value) -> more.put(String.valueOf(name), value));
      more.keySet().removeAll(OWN_FIELDS);
    }
    if (error.details().get(WeftError.RESUME) instanceof Number resume) {
      more.put(WeftError.RESUME, resume);
    }
    return new HttpError(
        status,
        message,
        type,
        param,
        code,
        retryAfter(error, status),
        shouldRetry(error, status),
        more);
  }

  /** The JSON body: {@code {"error":{…}}}. */
  public byte[] body() {
    return json(null);
  }

  /** The same with the request it belongs to, for where no header says so. */
  public byte[] body(String requestId) {
    return json(requestId);
  }

  /** The error as the last event of a stream that has begun, in the same shape. */
  public byte[] event(String requestId) {
    byte[] json = json(requestId);
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 8);
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json);
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private byte[] json(@Nullable String requestId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("message", message);
      json.writeStringField("type", type);
      json.writeStringField("param", param);
      json.writeStringField("code", code);
      for (Map.Entry<String, Object> field : more.entrySet()) {
        json.writeFieldName(field.getKey());
        json.writeRawValue(new String(Json.encodeBytes(field.getValue()), StandardCharsets.UTF_8));
      }
      if (requestId != null) {
        json.writeStringField("request_id", requestId);
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  private static int status(WeftError error, Reason reason) {
    int upstream = upstreamStatus(error);
    if (CLIENT_CAUSED.contains(upstream)) {
      return upstream;
    }
    Integer own = OWN_STATUS.get(error.code());
    return own != null ? own : status(reason);
  }

  private static int status(Reason reason) {
    return switch (reason) {
      case INVALID -> 400;
      case UNAUTHENTICATED -> 401;
      case DENIED -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT, BUSY -> 409;
      case TOO_LARGE -> 413;
      case UNPROCESSABLE -> 422;
      case RATE_LIMITED, QUOTA -> 429;
      case CANCELLED -> 499;
      case INTERNAL -> 500;
      case UPSTREAM -> 502;
      case OVERLOADED, UNAVAILABLE -> 503;
      case TIMEOUT -> 504;
    };
  }

  private static String type(Reason reason, int status) {
    if (reason == Reason.QUOTA) {
      return "insufficient_quota";
    }
    if (status == 429) {
      return "requests";
    }
    if (status == 403) {
      return "permission_error";
    }
    return status < 500 ? "invalid_request_error" : "server_error";
  }

  private static String code(WeftError error, Reason reason) {
    String own = OWN_CODE.get(error.code());
    if (own != null) {
      return own;
    }
    return switch (reason) {
      case UNAUTHENTICATED -> "invalid_api_key";
      case RATE_LIMITED -> "rate_limit_exceeded";
      case QUOTA -> "insufficient_quota";
      default -> error.code();
    };
  }

  private static long retryAfter(WeftError error, int status) {
    if (error.details().get(WeftError.RETRY_AFTER_MILLIS) instanceof Number millis) {
      return Math.max(0, millis.longValue());
    }
    boolean momentary = status == 503 || (status == 429 && error.reason() != Reason.QUOTA);
    return momentary && error.retryable() ? DEFAULT_RETRY_MILLIS : -1;
  }

  /** Clients try these statuses again unless told otherwise. */
  private static @Nullable Boolean shouldRetry(WeftError error, int status) {
    boolean wouldRetry = status == 408 || status == 409 || status == 429 || status >= 500;
    return (wouldRetry && !error.retryable()) ? Boolean.FALSE : null;
  }

  private static int upstreamStatus(WeftError error) {
    return error.details().get(WeftError.UPSTREAM_STATUS) instanceof Number number
        ? number.intValue()
        : 0;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : String.valueOf(value);
  }

  private static String textOr(@Nullable Object value, String otherwise) {
    return value instanceof String text ? text : otherwise;
  }
}

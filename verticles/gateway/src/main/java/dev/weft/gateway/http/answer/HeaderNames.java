package dev.weft.gateway.http.answer;

import io.vertx.core.http.HttpHeaders;

/** Header names and values, made once. */
public final class HeaderNames {
  public static final CharSequence REQUEST_ID = name("x-request-id");
  public static final CharSequence IDEMPOTENCY_KEY = name("idempotency-key");
  public static final CharSequence LAST_EVENT_ID = name("last-event-id");
  public static final CharSequence WEBSOCKET_KEY = name("sec-websocket-key");
  public static final CharSequence WEBSOCKET_VERSION = name("sec-websocket-version");
  public static final CharSequence TRACEPARENT = name("traceparent");
  public static final CharSequence PROCESSING_MILLIS = name("openai-processing-ms");
  public static final CharSequence CONTENT_TYPE_OPTIONS = name("x-content-type-options");
  public static final CharSequence NOSNIFF = name("nosniff");
  public static final CharSequence ACCEL_BUFFERING = name("x-accel-buffering");
  public static final CharSequence NO = name("no");
  public static final CharSequence NO_CACHE = name("no-cache");
  public static final CharSequence NO_STORE = name("no-store");
  public static final CharSequence RETRY_AFTER = name("retry-after");
  public static final CharSequence RETRY_AFTER_MILLIS = name("retry-after-ms");
  public static final CharSequence SHOULD_RETRY = name("x-should-retry");
  public static final CharSequence AUTHENTICATE = name("www-authenticate");
  public static final CharSequence BEARER = name("Bearer");
  public static final CharSequence JSON = name("application/json");
  public static final CharSequence HTML = name("text/html; charset=utf-8");
  public static final CharSequence EVENT_STREAM = name("text/event-stream; charset=utf-8");

  private HeaderNames() {}

  private static CharSequence name(String text) {
    return HttpHeaders.createOptimized(text);
  }
}

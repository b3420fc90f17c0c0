package dev.weft.mesh;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a call: whose it is, what it belongs to and until when it matters. Immutable; a
 * service passes the context it was given on to the services it calls in turn.
 *
 * @param requestId id of the client's request, on every log line and in every answer
 * @param traceparent W3C trace context
 * @param deadlineNanos {@link System#nanoTime()} after which the answer is of no use
 * @param identityToken the signed identity; null for calls to open endpoints
 * @param identity the verified identity: set by the mesh on the serving side, null before
 * @param chain endpoints this call came through, the first caller's first
 * @param cancellation fires when the caller gives up
 */
public record CallContext(
    String requestId,
    String traceparent,
    long deadlineNanos,
    @Nullable String identityToken,
    @Nullable Identity identity,
    List<String> chain,
    Cancellation cancellation) {

  public CallContext {
    Objects.requireNonNull(requestId, "requestId");
    Objects.requireNonNull(traceparent, "traceparent");
    Objects.requireNonNull(cancellation, "cancellation");
    chain = List.copyOf(chain);
  }

  /** A context for work that no client asked for, without an identity. */
  public static CallContext background(Duration timeout) {
    return start(newRequestId(), newTraceparent(), timeout, null);
  }

  /** A context for a client's request. */
  public static CallContext start(
      String requestId, String traceparent, Duration timeout, @Nullable String identityToken) {
    return new CallContext(
        requestId,
        traceparent,
        System.nanoTime() + timeout.toNanos(),
        identityToken,
        null,
        List.of(),
        new Cancellation());
  }

  /**
   * The call that the current Vert.x context works on: within a handler and in everything that
   * completes on its context. Null outside any call.
   */
  public static @Nullable CallContext current() {
    Context context = Vertx.currentContext();
    return context == null ? null : (CallContext) Contexts.attached(context);
  }

  /**
   * Makes this the {@link #current()} call of the Vert.x context it is called on, which must belong
   * to one request alone, as those that HTTP requests and messages are handled on do. The mesh does
   * it around each handler; an edge does it for its own logs.
   *
   * @throws IllegalStateException when not on a Vert.x context
   */
  public void attach() {
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("not on a Vert.x context");
    }
    Contexts.attach(context, this);
  }

  /**
   * The verified caller.
   *
   * @throws dev.weft.contracts.WeftException {@code mesh:identity.unauthenticated} on an open
   *     endpoint called without one
   */
  public Identity caller() {
    if (identity == null) {
      throw WeftError.of(
              "mesh:identity", Reason.UNAUTHENTICATED, "This call carries no verified identity.")
          .exception();
    }
    return identity;
  }

  /** The verified caller, if there is one. */
  public Optional<Identity> callerIfAny() {
    return Optional.ofNullable(identity);
  }

  /** Time left; zero or negative when the deadline has passed. */
  public Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  public boolean expired() {
    return deadlineNanos - System.nanoTime() <= 0;
  }

  /** The same call with a deadline at most this far away. */
  public CallContext within(Duration timeout) {
    long nanos = System.nanoTime() + timeout.toNanos();
    return nanos - deadlineNanos >= 0
        ? this
        : new CallContext(
            requestId, traceparent, nanos, identityToken, identity, chain, cancellation);
  }

  /** The same call with a deadline of its own, earlier or later. */
  public CallContext withTimeout(Duration timeout) {
    return new CallContext(
        requestId,
        traceparent,
        System.nanoTime() + timeout.toNanos(),
        identityToken,
        identity,
        chain,
        cancellation);
  }

  /** The same call with a verified identity. */
  public CallContext withIdentity(Identity verified) {
    return new CallContext(
        requestId, traceparent, deadlineNanos, identityToken, verified, chain, cancellation);
  }

  /** The same call with a cancellation of its own. */
  public CallContext withCancellation(Cancellation own) {
    return new CallContext(
        requestId, traceparent, deadlineNanos, identityToken, identity, chain, own);
  }

  /** A new request id: {@code req_} and 24 hex digits. */
  public static String newRequestId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    char[] out = new char[28];
    out[0] = 'r';
    out[1] = 'e';
    out[2] = 'q';
    out[3] = '_';
    hex(random.nextLong(), out, 4, 16);
    hex(random.nextLong(), out, 20, 8);
    return new String(out);
  }

  /** A new, sampled W3C trace context. */
  public static String newTraceparent() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    char[] out = new char[55];
    out[0] = '0';
    out[1] = '0';
    out[2] = '-';
    hex(random.nextLong(), out, 3, 16);
    hex(random.nextLong(), out, 19, 16);
    out[35] = '-';
    hex(random.nextLong() | 1, out, 36, 16);
    out[52] = '-';
    out[53] = '0';
    out[54] = '1';
    return new String(out);
  }

  /** The trace id within {@link #traceparent()}. */
  public String traceId() {
    return traceparent.length() >= 35 ? traceparent.substring(3, 35) : "";
  }

  private static void hex(long value, char[] out, int offset, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      out[offset + i] = Character.forDigit((int) (value & 0xf), 16);
      value >>>= 4;
    }
  }
}

package dev.weft.gateway.http.answer;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.gateway.auth.Credentials;
import dev.weft.gateway.http.clock.ClientConnection;
import dev.weft.gateway.http.clock.Ongoing;
import dev.weft.gateway.http.framing.FramingGuard;
import dev.weft.gateway.http.request.BodyReader;
import dev.weft.gateway.http.request.RequestIds;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Cancellation;
import dev.weft.mesh.vertx.Buffers;
import dev.weft.mesh.vertx.HttpConnections;
import dev.weft.mesh.vertx.HttpServers;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Whatever ends it first ends it: an answer, an error, the client
 * leaving, a deadline, the gateway stopping; what comes later is ignored. Event loop of the
 * connection only.
 */
public final class Exchange implements Ongoing {
  /** HTTP/2 error codes (RFC 9113 section 7). */
  private static final long NO_ERROR = 0;

  private static final long CANCEL = 8;

  /** The status of an exchange whose connection became a WebSocket. */
  private static final int SWITCHED = 101;

  /** How long a client may go on sending in vain: one that is cut off at once loses the answer. */
  private static final long LINGER_NANOS = Duration.ofMillis(200).toNanos();

  private static final long DROP_NANOS = Duration.ofSeconds(10).toNanos();

  private final Surroundings around;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ClientConnection connection;
  private final boolean stream;
  private final Cancellation cancellation = new Cancellation();
  private final String requestId;
  private final String traceparent;
  private final RequestRecord record;
  private final String client;

  private @Nullable Target target;
  private Map<String, String> variables = Map.of();
  private @Nullable BodyReader body;
  private @Nullable SignedIdentity caller;
  private @Nullable Ongoing ongoing;
  private int credentialGeneration;
  private boolean rechecking;
  private boolean admitted;
  private boolean held;
  private boolean upgraded;
  private boolean identityPending;
  private boolean bodyPending;
  private boolean closing;
  private boolean over;
  private boolean continued;
  private ByteBudget.@Nullable Hold answer;
  private long bodyDeadlineNanos;
  private long flushingSince;

  /**
   * @param around what it needs of the gateway
   * @param now when it came in, in nanoseconds
   */
  public Exchange(
      Surroundings around, HttpServerRequest request, ClientConnection connection, long now) {
    this.around = around;
    this.request = request;
    this.response = request.response();
    this.connection = connection;
    this.stream = request.version() == HttpVersion.HTTP_2;
    this.bodyDeadlineNanos = now + around.limits().bodyTimeout().toNanos();
    this.requestId = RequestIds.requestId(request.getHeader(HeaderNames.REQUEST_ID));
    this.traceparent = RequestIds.traceparent(request.getHeader(HeaderNames.TRACEPARENT));
    this.client = around.clients().of(request);
    this.record =
        new RequestRecord(around.metrics(), requestId, request.method().name(), client, now);
    // So that log lines of this request carry its ids.
    context(around.limits().requestTimeout()).attach();
    if (stream) {
      response.closeHandler(closed -> streamClosed());
    }
    connection.begin(this, stream);
  }

  public HttpServerRequest request() {
    return request;
  }

  public HttpServerResponse response() {
    return response;
  }

  public ClientConnection connection() {
    return connection;
  }

  public String requestId() {
    return requestId;
  }

  /** The address the request came from. */
  public String client() {
    return client;
  }

  /** All variables of the route's template. */
  public Map<String, String> variables() {
    return variables;
  }

  /** The body; empty when there was none. */
  public byte[] body() {
    return body == null ? new byte[0] : body.bytes();
  }

  /** Who calls; null on an open route. */
  public @Nullable Identity caller() {
    return caller == null ? null : caller.identity();
  }

  /** True once it has ended; an answer then has nowhere to go. */
  public boolean isOver() {
    return over;
  }

  /** The model of a completion, for logs and metrics. */
  public void model(@Nullable String name) {
    record.model(name);
  }

  /** Time since the request came in. */
  public long elapsedNanos() {
    return record.elapsedNanos();
  }

  /** Says what wants to know of time and trouble while a streamed answer is under way. */
  public void ongoing(Ongoing answer) {
    ongoing = answer;
    around.metrics().streamOpened();
  }

  /**
   * The context for a call to a service, to be taken just before it: the time until here is the
   * gateway's own.
   */
  public CallContext call(Duration timeout) {
    record.othersTime();
    return context(timeout);
  }

  /**
   * The service has answered: the time from here on is the gateway's own again, and the request's
   * body is needed no more.
   */
  public void answered() {
    record.ownTime();
    if (body != null) {
      body.release();
    }
  }

  /** Answers with JSON. */
  public void json(int status, byte[] json) {
    reply(status, HeaderNames.JSON, Buffers.wrap(Unpooled.wrappedBuffer(json)));
  }

  /** Answers. Ignored when the exchange is over. */
  public void reply(int status, CharSequence contentType, Buffer content) {
    if (over || !hasRoom(content)) {
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    end(status, content);
  }

  /** Answers with the headers that were set before, the content type among them if any. */
  public void replyAsIs(int status, Buffer content) {
    if (!over && hasRoom(content)) {
      end(status, content);
    }
  }

  /** A large answer is counted until the client has it; one too many becomes an error. */
  private boolean hasRoom(Buffer content) {
    if (content.length() <= ByteBudget.SMALL_BYTES) {
      return true;
    }
    ByteBudget.Hold hold = around.budget().answer();
    if (hold.tryGrow(content.length())) {
      answer = hold;
      return true;
    }
    fail(BodyReader.overloaded().withOutcome(Outcome.EXECUTED).withRetryable(false).exception());
    return false;
  }

  /**
   * Answers with an error, in OpenAI's shape. Ignored when the exchange is over.
   *
   * @param failure a {@link WeftException}; anything else is a fault of our own and is logged
   */
  public void fail(Throwable failure) {
    if (over) {
      return;
    }
    WeftError error = around.faults().explain(failure, caller != null, request.headers());
    record.error(error);
    HttpError shown = HttpError.of(error);
    if (shown.retryAfterMillis() >= 0) {
      long millis = shown.retryAfterMillis();
      response.putHeader(HeaderNames.RETRY_AFTER, Long.toString((millis + 999) / 1_000));
      response.putHeader(HeaderNames.RETRY_AFTER_MILLIS, Long.toString(millis));
    }
    if (shown.shouldRetry() != null) {
      response.putHeader(HeaderNames.SHOULD_RETRY, shown.shouldRetry().toString());
    }
    if (shown.status() == 401) {
      response.putHeader(HeaderNames.AUTHENTICATE, HeaderNames.BEARER);
    }
    json(shown.status(), shown.body());
  }

  /** Sends the head of an answer whose body comes in pieces. */
  public void beginStream(CharSequence contentType) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    response.putHeader(HttpHeaders.CACHE_CONTROL, HeaderNames.NO_CACHE);
    response.putHeader(HeaderNames.ACCEL_BUFFERING, HeaderNames.NO);
    response.setChunked(true);
    head(200);
    record.othersTime();
  }

  /** Sends a piece. */
  public void write(Buffer piece) {
    int bytes = piece.length();
    record.sent(bytes);
    Future<Void> written = response.write(piece);
    if (bytes > ByteBudget.SMALL_BYTES) {
      // It is in memory already, and the stream is paused until it is written.
      around.budget().add(bytes);
      written.onComplete(done -> around.budget().release(bytes));
    }
  }

  /**
   * Ends an answer in pieces.
   *
   * @param error the error it ended with, for the log; null when it is complete
   */
  public void endStream(Buffer last, @Nullable WeftError error) {
    if (over) {
      return;
    }
    over = true;
    record.sent(last.length());
    if (error != null) {
      record.error(error);
    }
    flush(last, false);
    finish(200);
  }

  /**
   * The request is counted by something else from now on, among what stays open for as long as the
   * client likes, and no more among the requests worked on.
   */
  public void leaveAdmission() {
    if (admitted) {
      admitted = false;
      around.admission().leave();
    }
  }

  /**
   * Whether the client asks for its connection to become a WebSocket. What else an upgrade could be
   * to is not offered, and such a request is answered as any.
   */
  public boolean asksForWebSocket() {
    return WebSocketHead.isAsked(request);
  }

  /**
   * Refuses a request for a WebSocket that is none.
   *
   * @throws WeftException {@code gateway:websocket.invalid}, {@code
   *     gateway:websocket.version.invalid}
   */
  public void checkUpgrade() {
    WebSocketHead.check(request, response);
  }

  /**
   * Makes the connection a WebSocket (RFC 6455), which was checked to be possible. From the
   * future's success on, which comes on the event loop, this exchange ends with the connection.
   */
  public Future<ServerWebSocket> upgrade() {
    held = false;
    FramingGuard.remove(HttpServers.channel(request.connection()));
    response.putHeader(HeaderNames.REQUEST_ID, requestId);
    return request
        .toWebSocket()
        .onSuccess(
            socket -> {
              record.othersTime();
              upgraded = true;
            });
  }

  /** Something was sent over the WebSocket. */
  public void sent(int bytes) {
    record.sent(bytes);
  }

  /** The error that the WebSocket is ended with, for the log. */
  public void erred(WeftError error) {
    record.error(error);
  }

  /**
   * Ends it without waiting for the client to read: an HTTP/2 stream alone, else the connection.
   * The close of either is the client's leaving.
   */
  public void cut() {
    if (stream) {
      reset(CANCEL);
    } else {
      connection.cut();
    }
  }

  // --- what the door and the connection do with it

  /** It is counted among the requests worked on, and leaves that count when it ends. */
  public void admitted() {
    admitted = true;
  }

  /** Whatever the answer, an HTTP/1.1 connection is closed after it. */
  public void closes() {
    closing = true;
  }

  /** Says what answers it, and the values of the variables in its path. */
  public void routed(Target found, Map<String, String> values) {
    target = found;
    variables = values;
    record.routed(found);
  }

  /**
   * Leaves the answer to something that writes the response itself, and ends when that has ended
   * it.
   */
  public void leaveTo(Runnable answer) {
    if (over) {
      return;
    }
    response.putHeader(HeaderNames.REQUEST_ID, requestId);
    response.putHeader(HeaderNames.CONTENT_TYPE_OPTIONS, HeaderNames.NOSNIFF);
    response.endHandler(
        ended -> {
          if (!over) {
            over = true;
            finish(response.getStatusCode());
          }
        });
    answer.run();
  }

  /** Begins to wait for the identity and the body, and calls the target's handler with both. */
  public void receive(BodyReader.Limit limit, @Nullable Future<SignedIdentity> identity) {
    identityPending = identity != null;
    credentialGeneration = around.credentials().generation();
    bodyPending = true;
    BodyReader reader = new BodyReader(request, stream, limit, around.budget(), new BodyEvents());
    held = asksForWebSocket() && !WebSocketHead.hasBody(request) && !request.isEnded();
    if (held) {
      // Once its end is read, it can be answered, but its connection cannot become anything else.
      request.pause();
    }
    body = reader;
    if (identity != null && identity.failed()) {
      // Whether there is such a route, and who may use it, comes before what its body is like.
      identified(null, identity.cause());
      reader.start();
      return;
    }
    reader.start();
    if (identity == null) {
      reader.belongsTo("@" + client);
      identified(null, null);
    } else if (identity.isComplete()) {
      identified(identity.result(), identity.cause());
    } else {
      Context context = around.vertx().getOrCreateContext();
      identity.onComplete(
          (result, failure) -> context.runOnContext(x -> identified(result, failure)));
    }
  }

  @Override
  public void clientGone() {
    if (over) {
      return;
    }
    over = true;
    if (ongoing != null) {
      ongoing.clientGone();
    }
    cancellation.cancel();
    finish(upgraded ? SWITCHED : RequestRecord.CLIENT_GONE);
  }

  @Override
  public void draining() {
    if (!over && ongoing != null) {
      ongoing.draining();
    }
  }

  @Override
  public void endEarly(WeftException why) {
    if (over) {
      return;
    }
    if (ongoing != null) {
      ongoing.endEarly(why);
    } else {
      fail(why);
    }
    cancellation.cancel();
  }

  @Override
  public void tick(long now) {
    if (body != null && !body.ended()) {
      WeftError broken = connection.broken();
      if (broken != null) {
        if (over) {
          connection.close();
        } else {
          fail(broken.exception());
        }
        return;
      }
      if (body.floods() || (over && now - bodyDeadlineNanos > 0)) {
        if (stream) {
          reset(NO_ERROR);
        } else {
          connection.cut();
        }
        return;
      }
      long asking = body.askingSince();
      if (asking != 0) {
        if (now - asking > around.limits().bufferTimeout().toNanos()) {
          fail(BodyReader.overloaded().exception());
        }
        return;
      }
      if (now - bodyDeadlineNanos - body.askedNanos() > 0) {
        fail(
            WeftError.of(
                    "gateway:body",
                    Reason.TIMEOUT,
                    "The request body did not arrive within "
                        + around.limits().bodyTimeout().toMillis()
                        + " ms.")
                .exception());
        return;
      }
    }
    if (flushingSince != 0 && now - flushingSince > around.limits().writeStallTimeout().toNanos()) {
      cut();
      return;
    }
    checkCaller();
    if (ongoing != null && !over) {
      ongoing.tick(now);
    }
  }

  /** What a caller has open ends with the caller's credential. */
  private void checkCaller() {
    SignedIdentity known = caller;
    if (over || known == null) {
      return;
    }
    WeftException ended = around.credentials().ended(known);
    if (ended != null) {
      endEarly(ended);
      return;
    }
    int generation = around.credentials().generation();
    if (generation != credentialGeneration && !rechecking) {
      rechecking = true;
      Context context = around.vertx().getOrCreateContext();
      around
          .credentials()
          .identity(Credentials.of(request.headers()), client)
          .onComplete(
              (identity, failure) ->
                  context.runOnContext(x -> rechecked(generation, identity, failure)));
    }
  }

  private void rechecked(
      int generation, @Nullable SignedIdentity identity, @Nullable Throwable failure) {
    rechecking = false;
    if (identity != null) {
      caller = identity;
      credentialGeneration = generation;
    } else if (failure instanceof WeftException known
        && known.error().reason() == Reason.UNAUTHENTICATED) {
      endEarly(known);
    }
  }

  private void bodyEnded() {
    bodyPending = false;
    if (!over) {
      handleWhenReady();
    } else if (!stream) {
      connection.finished(this, System.nanoTime());
    }
  }

  private void identified(@Nullable SignedIdentity identity, @Nullable Throwable failure) {
    identityPending = false;
    if (over) {
      return;
    }
    if (failure != null) {
      fail(failure);
      return;
    }
    caller = identity;
    if (body != null) {
      if (identity != null) {
        body.belongsTo(owner(identity.identity()));
      }
      letContinue(body);
    }
    handleWhenReady();
  }

  private static String owner(Identity identity) {
    return identity.keyId().isEmpty()
        ? identity.tenant() + "/" + identity.subject()
        : identity.keyId();
  }

  private void letContinue(BodyReader reader) {
    if (!continued && !over && reader.awaitsContinue() && !reader.waits()) {
      continued = true;
      response.writeContinue();
    }
  }

  private final class BodyEvents implements BodyReader.Listener {
    @Override
    public void bodyRead() {
      bodyEnded();
    }

    @Override
    public void bodyAdmitted() {
      if (body != null) {
        letContinue(body);
      }
    }

    @Override
    public void bodyRefused(WeftError error) {
      fail(error.exception());
    }
  }

  private void handleWhenReady() {
    if (identityPending || bodyPending || over || target == null) {
      return;
    }
    record.ownTime();
    try {
      target.handler().accept(this);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void head(int status) {
    response.setStatusCode(status);
    response.putHeader(HeaderNames.REQUEST_ID, requestId);
    response.putHeader(HeaderNames.CONTENT_TYPE_OPTIONS, HeaderNames.NOSNIFF);
    response.putHeader(
        HeaderNames.PROCESSING_MILLIS, Long.toString(record.elapsedNanos() / 1_000_000));
  }

  private void end(int status, Buffer content) {
    over = true;
    record.sent(content.length());
    // Nobody will send the body of a request that was refused before "100 Continue", and one that
    // is too slow may never end: such a connection cannot be used again.
    boolean close =
        closing || connection.surplus() || (body != null && !body.ended() && !keepsSending());
    if (close && !stream) {
      connection.ends();
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    head(status);
    flush(content, close);
    finish(status);
  }

  private boolean keepsSending() {
    return body != null
        && connection.broken() == null
        && !body.awaitsContinue()
        && System.nanoTime() - bodyDeadlineNanos <= 0;
  }

  private void flush(Buffer last, boolean close) {
    if (stream) {
      flushingSince = System.nanoTime();
      endOfStream(last)
          .onComplete(
              written -> {
                letAnswerGo();
                streamWritten();
              });
      return;
    }
    connection.writing(System.nanoTime());
    response
        .end(last)
        .onComplete(
            written -> {
              connection.written(System.nanoTime());
              letAnswerGo();
              if (close) {
                close();
              }
            });
  }

  private void letAnswerGo() {
    ByteBudget.Hold held = answer;
    if (held != null) {
      held.release();
    }
  }

  private void close() {
    if (body == null || body.ended()) {
      connection.close();
    } else {
      // What is still being sent would reset the connection, and the answer might be lost.
      around.vertx().setTimer(LINGER_NANOS / 1_000_000, timer -> connection.close());
    }
  }

  /** HTTP/1.1's encoder leaves out the body of an answer to HEAD; here nobody else does. */
  private Future<Void> endOfStream(Buffer last) {
    if (!request.method().equals(HttpMethod.HEAD)) {
      return response.end(last);
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(last.length()));
    return response.end();
  }

  private void streamWritten() {
    flushingSince = 0;
    if (connection.surplus()) {
      connection.close();
    }
  }

  private void reset(long code) {
    HttpConnections.reset(request.connection(), response.streamId(), code);
  }

  private void streamClosed() {
    flushingSince = 0;
    clientGone();
    connection.finished(this, System.nanoTime());
  }

  private void finish(int status) {
    long now = System.nanoTime();
    if (held) {
      held = false;
      request.resume();
    }
    if (ongoing != null) {
      ongoing = null;
      around.metrics().streamClosed();
    }
    if (body != null && !body.ended()) {
      body.drop();
      bodyDeadlineNanos = now + (stream ? LINGER_NANOS : DROP_NANOS);
    } else {
      if (body != null) {
        body.release();
      }
      if (!stream) {
        connection.finished(this, now);
      }
    }
    if (admitted) {
      around.admission().leave();
    }
    record.ended(status, caller());
  }

  private CallContext context(Duration timeout) {
    return new CallContext(
        requestId,
        traceparent,
        System.nanoTime() + timeout.toNanos(),
        caller == null ? null : caller.token(),
        null,
        List.of(),
        cancellation);
  }
}

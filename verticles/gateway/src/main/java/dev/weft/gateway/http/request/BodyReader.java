package dev.weft.gateway.http.request;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.gateway.GatewayKeys;
import dev.weft.mesh.ByteBudget;
import dev.weft.node.http.ContentDecoder;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request's body up to a limit, and counts what it keeps against the process's {@link
 * ByteBudget} until it is {@linkplain #release() let go}. A small body is counted at once. For a
 * larger one nothing is read until it is known whose it is and there is room for all of it (or,
 * where no length is announced, for the next part): the request is paused meanwhile.
 *
 * <p>What comes after a refusal is read and dropped for a while: closing at once would reset the
 * connection and lose the answer on its way to the client. Event loop of the connection only.
 */
public final class BodyReader {
  private static final long MAX_DROPPED_BYTES = 64L * 1024 * 1024;
  private static final int SMALL_BYTES = ByteBudget.SMALL_BYTES;
  private static final byte[] NOTHING = {};

  private final HttpServerRequest request;
  private final Limit limit;
  private final ByteBudget budget;
  private final Listener listener;
  private final boolean present;

  private @Nullable Buffer read;
  private byte[] whole = NOTHING;
  private int at;
  private long received;
  private long counted;
  private long announced = -1;
  private ByteBudget.@Nullable Hold hold;
  private @Nullable String owner;
  private boolean large;
  private boolean asking;
  private long askingSince;
  private long askedNanos;
  private boolean dropping;
  private boolean ended;
  private byte @Nullable [] decoded;

  /**
   * How long a body may be.
   *
   * @param setting what sets it, for people
   */
  public record Limit(int bytes, String setting) {}

  /** Told of a body's progress. */
  public interface Listener {
    /** The whole body is here; once. */
    void bodyRead();

    /** A body that had to wait is read from now on. */
    void bodyAdmitted();

    /** It is not read; the rest is dropped. Once. */
    void bodyRefused(WeftError error);
  }

  /**
   * @param stream whether the request is an HTTP/2 stream, where a body needs no header to say so
   * @param limit most bytes kept, and most that a content encoding may become
   */
  public BodyReader(
      HttpServerRequest request,
      boolean stream,
      Limit limit,
      ByteBudget budget,
      Listener listener) {
    this.request = request;
    this.limit = limit;
    this.budget = budget;
    this.listener = listener;
    this.present =
        stream
            || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
            || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Begins. Calls back at once when there is no body or its announced length is too large. */
  public void start() {
    if (!present) {
      ended = true;
      listener.bodyRead();
      return;
    }
    request.handler(this::chunk);
    request.endHandler(this::end);
    if (dropping) {
      return; // it was refused before it began
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return;
    }
    announced = parse(length);
    if (announced > limit.bytes()) {
      refuse(tooLarge());
    } else if (announced > SMALL_BYTES || !budget.tryAdd(announced)) {
      becomeLarge();
    } else {
      counted = announced;
    }
  }

  /**
   * Says whose body it is: until then no large one is read.
   *
   * @param name the key's id, or where the request comes from when it needs none
   */
  public void belongsTo(String name) {
    owner = name;
    if (large && hold == null && !dropping) {
      ask();
    }
  }

  /** Whether all of it has arrived, kept or dropped. */
  public boolean ended() {
    return ended;
  }

  /** Whether a client that waits for {@code 100 Continue} will send anything at all. */
  public boolean awaitsContinue() {
    return present
        && !ended
        && received == 0
        && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /** Whether it waits for room, or for its owner's name. */
  public boolean waits() {
    return large && (asking || hold == null) && !dropping;
  }

  /** Since when it waits for room; 0 when it does not. */
  public long askingSince() {
    return asking ? askingSince : 0;
  }

  /** How long it has waited for room in all, until now. */
  public long askedNanos() {
    return askedNanos;
  }

  /** Keeps nothing of what is still to come, nor of what has come. */
  public void drop() {
    dropping = true;
    release();
    if (large) {
      request.resume();
    }
  }

  /** Lets the body go: what {@link #bytes} gave is the callers' own affair from now on. */
  public void release() {
    read = null;
    decoded = null;
    whole = NOTHING;
    asking = false;
    ByteBudget.Hold held = hold;
    if (held != null) {
      held.release();
    }
    long small = counted;
    if (small > 0) {
      counted = 0;
      budget.release(small);
    }
  }

  /** Whether more was sent in vain than can be borne. */
  public boolean floods() {
    return dropping && received > MAX_DROPPED_BYTES;
  }

  /**
   * The body without its content encoding; empty when there is none. The same array each time.
   *
   * @throws WeftException when it is not what the encoding makes, or too large without it
   */
  public byte[] bytes() {
    byte[] known = decoded;
    if (known == null) {
      byte[] body = large ? whole : read == null ? NOTHING : read.getBytes();
      read = null;
      String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
      known = body.length == 0 || ContentDecoder.isPlain(encoding) ? body : decode(encoding, body);
      decoded = known;
      whole = NOTHING;
    }
    return known;
  }

  private byte[] decode(String encoding, byte[] body) {
    try {
      return ContentDecoder.decode(encoding, body, limit.bytes(), holding());
    } catch (ContentDecoder.TooLarge e) {
      throw tooLarge().exception();
    } catch (ContentDecoder.NoRoom e) {
      throw overloaded().exception();
    } catch (IOException e) {
      throw WeftError.of(
              "gateway:body",
              Reason.INVALID,
              "The request body, encoded as '" + encoding.strip() + "', " + e.getMessage() + ".")
          .exception();
    }
  }

  private ByteBudget.Hold holding() {
    ByteBudget.Hold known = hold;
    if (known == null) {
      known = budget.request(owner == null ? "" : owner);
      hold = known;
    }
    return known;
  }

  private void chunk(Buffer chunk) {
    received += chunk.length();
    if (dropping) {
      return;
    }
    if (received > announced) {
      announced = -1; // none was, or it was wrong
    }
    if (received > limit.bytes()) {
      refuse(tooLarge());
    } else if (!large) {
      small(chunk);
    } else if (received <= whole.length) {
      append(chunk);
    } else {
      keepForLater(chunk);
    }
  }

  private void small(Buffer chunk) {
    if (announced < 0) {
      counted += chunk.length();
      budget.add(chunk.length());
    }
    read = read == null ? chunk : read.appendBuffer(chunk);
    if (received > SMALL_BYTES && announced < 0) {
      becomeLarge();
    }
  }

  private void append(Buffer chunk) {
    chunk.getBytes(whole, at);
    at += chunk.length();
  }

  /** No length was announced, and there is more than was asked for. */
  private void keepForLater(Buffer chunk) {
    budget.add(chunk.length());
    counted += chunk.length();
    read = read == null ? chunk : read.appendBuffer(chunk);
    if (!asking && owner != null) {
      request.pause();
      ask();
    }
  }

  private void becomeLarge() {
    large = true;
    request.pause();
    if (owner != null) {
      ask();
    }
  }

  /** Asks for all of the body; without a length, for as much again as there is. */
  private void ask() {
    long wanted = announced >= 0 ? announced : Math.min(limit.bytes(), received * 2);
    if (wanted > budget.largestRequest()) {
      refuse(
          WeftError.of(
              "gateway:body",
              Reason.TOO_LARGE,
              "The request body is larger than this process can take: it keeps at most "
                  + budget.limit()
                  + " bytes of all bodies ("
                  + GatewayKeys.MAX_BUFFERED_BYTES.name()
                  + ", by default a quarter of the heap)."));
      return;
    }
    asking = true;
    askingSince = System.nanoTime();
    Context context = Vertx.currentContext();
    int size = (int) wanted;
    boolean queued =
        holding()
            .grow(
                size - whole.length,
                () -> {
                  if (Vertx.currentContext() == context) {
                    granted(size);
                  } else {
                    context.runOnContext(x -> granted(size));
                  }
                });
    if (!queued) {
      asking = false;
      refuse(overloaded());
    }
  }

  private void granted(int size) {
    if (dropping || !asking) {
      return;
    }
    asking = false;
    askedNanos += System.nanoTime() - askingSince;
    whole = Arrays.copyOf(whole, size);
    Buffer kept = read;
    read = null;
    if (kept != null) {
      append(kept);
    }
    long small = counted;
    counted = 0;
    budget.release(small);
    listener.bodyAdmitted();
    request.resume();
  }

  private void end(@Nullable Void nothing) {
    ended = true;
    if (large && !dropping && at < whole.length) {
      ByteBudget.Hold held = hold;
      if (held != null) {
        held.shrink(whole.length - at);
      }
      whole = Arrays.copyOf(whole, at);
    }
    listener.bodyRead();
  }

  private void refuse(WeftError error) {
    drop();
    listener.bodyRefused(error);
  }

  /** There is no room for the body. */
  public static WeftError overloaded() {
    return WeftError.of(
        "gateway",
        Reason.OVERLOADED,
        "The gateway holds as many bytes of requests and answers as it may ("
            + GatewayKeys.MAX_BUFFERED_BYTES.name()
            + "); try again shortly.");
  }

  private WeftError tooLarge() {
    return WeftError.of(
        "gateway:body",
        Reason.TOO_LARGE,
        limit.bytes() == 0
            ? "This request takes no body."
            : "The request body is larger than the limit of "
                + limit.bytes()
                + " bytes ("
                + limit.setting()
                + ").");
  }

  private static long parse(String length) {
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      // The decoder refuses malformed lengths; one beyond a long is certainly too large.
      return Long.MAX_VALUE;
    }
  }
}

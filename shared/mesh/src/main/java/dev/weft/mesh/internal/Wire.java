package dev.weft.mesh.internal;

import dev.weft.mesh.CallContext;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages between nodes: names of headers and kinds. {@code docs/reference/bus.md} describes
 * them for those who implement them in another language.
 */
final class Wire {
  private static final String INBOX = "node.";

  /** Largest request or reply to a node that takes no parts. */
  static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

  /** Largest item of a stream to a node that takes no parts. */
  static final int MAX_ITEM_BYTES = 8 * 1024 * 1024;

  /** Largest request, reply or item in parts: the largest body at the door, and what is added. */
  static final int MAX_IN_PARTS_BYTES = 66 * 1024 * 1024;

  /** A larger body goes in parts of this size, if the receiver takes them. */
  static final int PART_BYTES = 64 * 1024;

  /** Parts of one message that may be on their way. */
  static final int PART_WINDOW = 16;

  /** What a node says it can: take bodies in parts. */
  static final String PARTS = "parts";

  /** Items are put together in one frame up to this size. */
  static final int MAX_FRAME_BYTES = 32 * 1024;

  /** Calls one node may have running on another. */
  static final int MAX_CALLS_PER_NODE = 4_096;

  /** Bytes on their way to one node beyond which it gets no more calls. */
  static final long MAX_BYTES_PER_NODE = 64L * 1024 * 1024;

  static final String KIND = "k";
  static final String FROM = "from";
  static final String ID = "id";
  static final String ENDPOINT = "ep";
  static final String REQUEST_ID = "req";
  static final String TRACEPARENT = "tp";
  static final String MILLIS_LEFT = "ttl";
  static final String TOKEN = "tok";
  static final String CHAIN = "chain";
  static final String SEQUENCE = "seq";
  static final String LENGTHS = "len";
  static final String CREDIT = "n";
  static final String SIZE = "size";
  static final String TRANSFER = "p";

  /** What a message is. */
  enum Kind {
    /** A unary request. */
    CALL,
    /** A stream request. */
    OPEN,
    /** The reply to a call. */
    REPLY,
    /** The error that ends a call or a stream; the body is a {@code WeftError}. */
    ERROR,
    /** The call or stream was not taken: the caller may ask another node. */
    REFUSED,
    /** Items of a stream. */
    ITEMS,
    /** The last items of a stream, maybe none, and its end. */
    END,
    /** The next part of a message whose head came before. */
    PART,
    /** The receiver of a message in parts has room for more of them. */
    MORE,
    /** A message in parts is given up, by either side. */
    DROP,
    /** The reader has room for more. */
    CREDIT,
    /** The caller has given up. */
    CANCEL,
    /** The streams that the sender reads from and produces for the receiver. */
    ALIVE,
    /** What the sender is and serves. */
    BEAT,
    /** The sender is leaving. */
    LEAVING;

    private final String word = name().toLowerCase(java.util.Locale.ROOT);

    String word() {
      return word;
    }

    static @Nullable Kind of(@Nullable String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  static String inbox(String nodeId) {
    return INBOX + nodeId;
  }

  static boolean isInbox(String address) {
    return address.startsWith(INBOX);
  }

  static String inboxOwner(String address) {
    return address.substring(INBOX.length());
  }

  static MultiMap headers(Kind kind) {
    return MultiMap.caseInsensitiveMultiMap().add(KIND, kind.word());
  }

  static MultiMap headers(Kind kind, long id) {
    return headers(kind).add(ID, Long.toString(id));
  }

  /** Headers of a request. */
  static MultiMap request(Kind kind, long id, String endpoint, CallContext context) {
    MultiMap headers =
        headers(kind, id)
            .add(ENDPOINT, endpoint)
            .add(REQUEST_ID, context.requestId())
            .add(TRACEPARENT, context.traceparent())
            .add(MILLIS_LEFT, Long.toString(Math.max(1, context.remaining().toMillis())));
    if (context.identityToken() != null) {
      headers.add(TOKEN, context.identityToken());
    }
    if (!context.chain().isEmpty()) {
      headers.add(CHAIN, String.join(",", context.chain()));
    }
    return headers;
  }

  /**
   * The context of a request from another node, with the deadline as this node's clock has it.
   *
   * @throws IllegalArgumentException when a header is missing or malformed
   */
  static CallContext context(MultiMap headers) {
    String chain = headers.get(CHAIN);
    List<String> endpoints = chain == null ? List.of() : Arrays.asList(chain.split(","));
    CallContext received =
        CallContext.start(
            text(headers, REQUEST_ID),
            text(headers, TRACEPARENT),
            java.time.Duration.ofMillis(number(headers, MILLIS_LEFT)),
            headers.get(TOKEN));
    return new CallContext(
        received.requestId(),
        received.traceparent(),
        received.deadlineNanos(),
        received.identityToken(),
        null,
        endpoints,
        received.cancellation());
  }

  /**
   * A header that has to be there.
   *
   * @throws IllegalArgumentException when it is not
   */
  static String text(MultiMap headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no header '" + name + "'");
    }
    return value;
  }

  /** A number that has to be there. */
  static long number(MultiMap headers, String name) {
    return Long.parseLong(text(headers, name));
  }

  private Wire() {}
}

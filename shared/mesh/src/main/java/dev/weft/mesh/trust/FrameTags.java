package dev.weft.mesh.trust;

import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The tags of the messages of one node to another: HMAC-SHA-256, cut to 16 bytes, over a number,
 * all headers and the body. Thread-safe; threads do not wait for each other.
 */
final class FrameTags {
  /** The header with the number and the tag. */
  static final String TAG = "tag";

  private static final int TAG_BYTES = 16;
  private static final int TEXT_LENGTH = (Long.BYTES + TAG_BYTES) / 3 * 4;
  private static final int MAX_KEPT_BYTES = 64 * 1024;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKey key;
  private final Queue<Work> idle = new ConcurrentLinkedQueue<>();

  FrameTags(SecretKey key) {
    this.key = key;
  }

  /** What one thread at a time works with. */
  private static final class Work {
    final Mac mac;
    byte[] headers = new byte[1_024];
    int length;

    Work(SecretKey key) {
      try {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has " + ALGORITHM, e);
      }
    }

    byte[] tag(long number, MultiMap all, Buffer body) {
      length = 0;
      put(number, Long.BYTES);
      for (Map.Entry<String, String> header : all) {
        if (!header.getKey().equals(TAG)) {
          put(header.getKey());
          put(header.getValue());
        }
      }
      put(-1, Integer.BYTES); // no text has that length: the body begins
      mac.update(headers, 0, length);
      ByteBuf bytes = Buffers.bytes(body);
      if (bytes.hasArray()) {
        mac.update(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
      } else {
        for (ByteBuffer part : bytes.nioBuffers()) {
          mac.update(part);
        }
      }
      return Arrays.copyOf(mac.doFinal(), TAG_BYTES);
    }

    private void put(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      put(bytes.length, Integer.BYTES);
      room(bytes.length);
      System.arraycopy(bytes, 0, headers, length, bytes.length);
      length += bytes.length;
    }

    private void put(long value, int bytes) {
      room(bytes);
      for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        headers[length++] = (byte) (value >> shift);
      }
    }

    private void room(int bytes) {
      if (headers.length - length < bytes) {
        headers = Arrays.copyOf(headers, Math.max(headers.length * 2, length + bytes));
      }
    }
  }

  private byte[] tag(long number, MultiMap headers, Buffer body) {
    Work work = idle.poll();
    if (work == null) {
      work = new Work(key);
    }
    byte[] tag = work.tag(number, headers, body);
    if (work.headers.length <= MAX_KEPT_BYTES) {
      idle.add(work);
    }
    return tag;
  }

  /** Adds the header with the tag, the last one to be added. */
  void add(long number, MultiMap headers, Buffer body) {
    byte[] text =
        ByteBuffer.allocate(Long.BYTES + TAG_BYTES)
            .putLong(number)
            .put(tag(number, headers, body))
            .array();
    headers.add(TAG, Base64.getUrlEncoder().encodeToString(text));
  }

  /** What a message's header says. */
  record Claim(long number, byte[] tag) {}

  /** The number and tag of a message; null when it has no such header or one of another form. */
  static @Nullable Claim claim(MultiMap headers) {
    String text = headers.get(TAG);
    if (text == null || text.length() != TEXT_LENGTH) {
      return null;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      long number = bytes.getLong();
      byte[] tag = new byte[TAG_BYTES];
      bytes.get(tag);
      return new Claim(number, tag);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return null;
    }
  }

  /** Whether the claim is the sender's own. */
  boolean verify(Claim claim, MultiMap headers, Buffer body) {
    return MessageDigest.isEqual(claim.tag, tag(claim.number, headers, body));
  }
}

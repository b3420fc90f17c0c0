package dev.weft.mesh.internal;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** Messages as the bus carries them. Thread-safe. */
public final class Bodies {

  /**
   * The bytes of a message; those of a {@link Raw} are shared, not copied.
   *
   * @throws WeftException {@code json:internal} when the value cannot be JSON
   */
  public static Buffer encode(Object value) {
    return Buffers.wrap(Unpooled.wrappedBuffer(Json.encodeBytes(value)));
  }

  /**
   * The message in the bytes; a {@link Raw} shares them where it can.
   *
   * @throws WeftException {@code json:invalid} saying what was expected where
   */
  public static <T> T decode(Buffer buffer, Class<T> type) {
    ByteBuf bytes = Buffers.bytes(buffer);
    if (!bytes.hasArray()) {
      return Json.decode(buffer.getBytes(), type);
    }
    byte[] array = bytes.array();
    int offset = bytes.arrayOffset() + bytes.readerIndex();
    int length = bytes.readableBytes();
    if (type == Raw.class) {
      boolean whole = offset == 0 && length == array.length;
      return type.cast(new Raw(whole ? array : buffer.getBytes()));
    }
    return Json.decode(array, offset, length, type);
  }

  private Bodies() {}
}

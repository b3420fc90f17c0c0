package dev.weft.mesh.vertx;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Netty's buffers as Vert.x's and back, without a copy. */
public final class Buffers {

  /** A buffer over the same bytes; it takes over the reference. */
  public static Buffer wrap(ByteBuf bytes) {
    return BufferInternal.buffer(bytes);
  }

  /** The buffer's bytes, to be read and not changed; reading them does not move the buffer. */
  public static ByteBuf bytes(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf();
  }

  private Buffers() {}
}

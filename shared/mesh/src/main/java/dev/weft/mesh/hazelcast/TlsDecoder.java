package dev.weft.mesh.hazelcast;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Decrypts what comes from a member; the first of the channel's handlers. One thread at a time. */
final class TlsDecoder extends InboundHandler<ByteBuffer, ByteBuffer> {
  private final SSLEngine engine;

  /** Decrypted and not passed on yet, in reading mode. */
  private final ByteBuffer plain;

  TlsDecoder(SSLEngine engine) {
    this.engine = engine;
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  @Override
  public void handlerAdded() {
    initSrcBuffer();
  }

  @Override
  public HandlerStatus onRead() throws IOException {
    src.flip();
    try {
      while (true) {
        passOn();
        if (plain.hasRemaining()) {
          return HandlerStatus.DIRTY; // the next handler makes room
        }
        if (!src.hasRemaining() || !decrypt()) {
          return HandlerStatus.CLEAN;
        }
      }
    } finally {
      IOUtil.compactOrClear(src);
    }
  }

  private void passOn() {
    int count = Math.min(plain.remaining(), dst.remaining());
    dst.put(dst.position(), plain, plain.position(), count);
    dst.position(dst.position() + count);
    plain.position(plain.position() + count);
  }

  /** Takes one record; false when it has not come whole yet. */
  private boolean decrypt() throws IOException {
    plain.clear();
    SSLEngineResult result;
    try {
      result = engine.unwrap(src, plain);
    } finally {
      plain.flip();
    }
    switch (result.getStatus()) {
      case BUFFER_UNDERFLOW -> {
        return false;
      }
      case CLOSED -> throw new EOFException("the other side ended the TLS connection");
      case BUFFER_OVERFLOW -> throw new SSLException("a record that is too long");
      case OK -> {
        TlsTasks.run(engine);
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
          channel.outboundPipeline().wakeup(); // an answer of TLS itself, such as a new key
        }
      }
    }
    return true;
  }
}

package dev.weft.mesh.hazelcast;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Encrypts what goes to a member; the last of the channel's handlers. One thread at a time. */
final class TlsEncoder extends OutboundHandler<ByteBuffer, ByteBuffer> {
  private final SSLEngine engine;

  TlsEncoder(SSLEngine engine) {
    this.engine = engine;
  }

  @Override
  public void handlerAdded() {
    initDstBuffer(2 * engine.getSession().getPacketBufferSize());
  }

  @Override
  public HandlerStatus onWrite() throws IOException {
    IOUtil.compactOrClear(dst);
    try {
      while (src.hasRemaining() || ownWords()) {
        SSLEngineResult result = engine.wrap(src, dst);
        TlsTasks.run(engine);
        switch (result.getStatus()) {
          case BUFFER_OVERFLOW -> {
            return HandlerStatus.DIRTY; // goes on when the socket has taken some
          }
          case CLOSED -> throw new EOFException("the TLS connection is closed");
          case BUFFER_UNDERFLOW -> throw new SSLException("nothing to encrypt");
          case OK -> {
            // The next one.
          }
        }
      }
      return HandlerStatus.CLEAN;
    } finally {
      dst.flip();
    }
  }

  private boolean ownWords() {
    return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP;
  }
}

package dev.weft.mesh.hazelcast;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * A TLS handshake over a blocking socket, within a time and a number of bytes. It takes from the
 * socket no byte beyond its own, so that what follows is for whoever reads next. The accepting side
 * has the last word: only when it says that it is content is the connecting side.
 *
 * <p>For one connection and one thread.
 */
final class TlsHandshake {
  private static final int HEADER_BYTES = 5;
  private static final int HANDSHAKE = 22;
  private static final int LAST_TYPE = 23;
  private static final int FIRST_TYPE = 20;
  private static final int MAX_RECORD_BYTES = (1 << 14) + 256;
  private static final int MAX_BYTES = 1 << 16;
  private static final byte CONTENT = 1;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final long helloDeadlineNanos;
  private final long deadlineNanos;
  private final Semaphore heavyWork;
  private final Runnable begun;
  private final ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + MAX_RECORD_BYTES).limit(0);
  private final ByteBuffer plain;
  private int bytes;
  private boolean heard;

  /**
   * @param helloDeadlineNanos until when the other side's first record must have come whole
   * @param deadlineNanos until when all must be over
   * @param heavyWork so many handshakes may do asymmetric work at once
   * @param begun called when the other side's first record has come
   */
  TlsHandshake(
      SSLEngine engine,
      Socket socket,
      long helloDeadlineNanos,
      long deadlineNanos,
      Semaphore heavyWork,
      Runnable begun)
      throws IOException {
    this.engine = engine;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.helloDeadlineNanos = helloDeadlineNanos;
    this.deadlineNanos = deadlineNanos;
    this.heavyWork = heavyWork;
    this.begun = begun;
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  /**
   * Runs it. The engine is ready for what is said from now on.
   *
   * @throws IOException when the other side is not a member, is too slow, or goes away
   */
  void run() throws IOException {
    socket.setSoTimeout(remainingMillis());
    try {
      shakeHands();
      if (!MemberTls.PROTOCOL.equals(engine.getApplicationProtocol())) {
        throw new SSLException("the other side speaks of another protocol");
      }
      MemberTls.requireMember(engine.getSession());
      if (engine.getUseClientMode()) {
        hearConsent();
      } else {
        send(ByteBuffer.wrap(new byte[] {CONTENT}));
      }
    } catch (SSLException e) {
      sayWhy();
      throw e;
    }
    socket.setSoTimeout(0);
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> send(NOTHING);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          receive();
          if (plain.position() > 0) {
            throw new SSLException("data before the handshake was over");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() throws IOException {
    boolean mine = false;
    try {
      mine = heavyWork.tryAcquire(remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!mine) {
      throw new SocketTimeoutException("too many handshakes at once");
    }
    try {
      TlsTasks.run(engine);
    } finally {
      heavyWork.release();
    }
  }

  /** The first byte that the accepting side sends when it has verified everything. */
  private void hearConsent() throws IOException {
    while (plain.position() == 0) {
      receive();
      TlsTasks.run(engine);
    }
    if (plain.position() != 1 || plain.get(0) != CONTENT) {
      throw new SSLException("the other side says something else than that it is content");
    }
  }

  private void send(ByteBuffer content) throws IOException {
    ByteBuffer sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(content, sealed);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && sealed.position() == 0) {
      throw new EOFException("the TLS connection is closed");
    }
    out.write(sealed.array(), 0, sealed.position());
  }

  /** Reads one record, unless one is there of which not everything is taken, and takes it. */
  private void receive() throws IOException {
    if (!record.hasRemaining()) {
      readRecord();
    }
    SSLEngineResult result = engine.unwrap(record, plain);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      throw new EOFException("the other side ended the TLS connection");
    }
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("a record that is not whole: " + result.getStatus());
    }
  }

  private void readRecord() throws IOException {
    boolean first = bytes == 0;
    record.clear();
    fill(HEADER_BYTES);
    int type = record.get(0);
    int length = record.getShort(3) & 0xffff;
    boolean expected = first ? type == HANDSHAKE : type >= FIRST_TYPE && type <= LAST_TYPE;
    if (!expected || length == 0 || length > MAX_RECORD_BYTES || bytes + length > MAX_BYTES) {
      throw new IOException("not TLS, or too much of it");
    }
    fill(length);
    record.flip();
    if (first) {
      heard = true;
      begun.run();
    }
  }

  private void fill(int count) throws IOException {
    int end = record.position() + count;
    while (record.position() < end) {
      socket.setSoTimeout(remainingMillis());
      int read = in.read(record.array(), record.position(), end - record.position());
      if (read < 0) {
        throw new EOFException("the other side went away");
      }
      record.position(record.position() + read);
      bytes += read;
    }
  }

  /** Tells the other side the alert that explains the failure, when there is one. */
  private void sayWhy() {
    try {
      if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
        send(NOTHING);
      }
    } catch (IOException e) {
      // It learns by the connection's end.
    }
  }

  private int remainingMillis() throws SocketTimeoutException {
    long deadline = heard ? deadlineNanos : helloDeadlineNanos;
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new SocketTimeoutException("the handshake took too long");
    }
    return (int) millis;
  }
}

package dev.weft.gateway.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that says exactly what a test wants it to. */
public final class RawClient implements AutoCloseable {
  private static final int SMALL_WINDOW_BYTES = 8_192;
  private static final int READ_TIMEOUT_MILLIS = 10_000;

  private final Socket socket = new Socket();

  RawClient(int port) throws IOException {
    socket.setReceiveBufferSize(SMALL_WINDOW_BYTES);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Says that nothing more is sent; reading goes on. */
  public void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** Reads until the text has come. */
  public String readUntil(String end) throws IOException {
    StringBuilder out = new StringBuilder();
    byte[] buffer = new byte[4_096];
    while (out.indexOf(end) < 0) {
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        throw new AssertionError("closed after: " + out);
      }
      out.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
    }
    return out.toString();
  }

  /** Reads what there is, waiting for some; a character a byte. */
  public String readSome() throws IOException {
    byte[] buffer = new byte[4_096];
    int count = socket.getInputStream().read(buffer);
    if (count < 0) {
      throw new AssertionError("closed");
    }
    return new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads until the other side closes; a reset counts as that, and ends the text with {@code
   * <reset>}. One that is left open too long ends it with {@code <open>}.
   */
  public String readAll() throws IOException {
    StringBuilder out = new StringBuilder();
    byte[] buffer = new byte[4_096];
    try {
      for (int count = socket.getInputStream().read(buffer);
          count >= 0;
          count = socket.getInputStream().read(buffer)) {
        out.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
      }
    } catch (SocketException reset) {
      out.append("<reset>");
    } catch (SocketTimeoutException open) {
      out.append("<open>");
    }
    return out.toString();
  }

  /** Reads some bytes and drops them. */
  public void skip(long bytes) throws IOException {
    socket.getInputStream().skipNBytes(bytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

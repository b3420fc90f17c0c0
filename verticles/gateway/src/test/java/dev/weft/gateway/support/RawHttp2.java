package dev.weft.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One request over HTTP/2 in clear text, with whatever headers a test wants. */
public final class RawHttp2 implements AutoCloseable {
  private static final int READ_TIMEOUT_MILLIS = 10_000;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;
  private static final int END_STREAM_AND_HEADERS = 0x5;

  /** Statuses of HPACK's static table (RFC 7541 appendix A), from index 8 on. */
  private static final List<String> STATUSES =
      List.of("200", "204", "206", "304", "400", "404", "500");

  private final Socket socket;

  public RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * Sends a request without a body.
   *
   * @param headers names and values in turn, in ISO 8859-1
   * @return the status, {@code reset} when the stream was, {@code gone} when the connection ended
   */
  public String ask(List<String> headers) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.size(); i += 2) {
      block.write(0); // a literal that is not to be indexed, with its name
      text(block, headers.get(i));
      text(block, headers.get(i + 1));
    }
    try {
      frame(HEADERS, END_STREAM_AND_HEADERS, 1, block.toByteArray());
      return answer();
    } catch (EOFException | SocketException closed) {
      return "gone";
    }
  }

  private String answer() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.readInt();
      byte[] payload = in.readNBytes(length);
      switch (type) {
        case HEADERS -> {
          return status(payload, (flags & PRIORITY) != 0);
        }
        case RESET -> {
          return "reset";
        }
        case GO_AWAY -> {
          return "gone";
        }
        default -> {}
      }
    }
  }

  /** The status is the first header: indexed, or with an indexed name and its text. */
  private static String status(byte[] block, boolean priority) {
    int at = priority ? PRIORITY_BYTES : 0;
    int first = block[at] & 0xff;
    return first >= 0x88 && first <= 0x8e
        ? STATUSES.get(first - 0x88)
        : new String(block, at + 2, block[at + 1], StandardCharsets.US_ASCII);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= 0x7f) {
      throw new IllegalArgumentException("longer than one byte can say");
    }
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(payload.length >>> 16);
    out.write(payload.length >>> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.write(0);
    out.write(0);
    out.write(0);
    out.write(stream);
    out.writeBytes(payload);
    socket.getOutputStream().write(out.toByteArray());
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

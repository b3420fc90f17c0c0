package dev.weft.gateway.http.framing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Escapes of Java stand for the bytes they name. */
class RequestScannerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost:x\r\n\r\n",
        "POST /a?b=%20 HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Content-Length: 4\r\n\r\n"
            + "a\0\n\r"
            + "GET / HTTP/1.1\r\n"
            + "h: x\r\n\r\n",
        "POST / HTTP/1.1\r\nh: x\r\nCONTENT-LENGTH:\t0 \r\n\r\n\r\nPOST / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "transfer-encoding: Chunked\t\r\n\r\n"
            + "3\r\n\r\n"
            + "0\r\n"
            + "1A\r\n"
            + "abcdefghijklmnopqrstuvwxyz\r\n"
            + "000\r\n\r\n"
            + "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nuser-agent: caf\u00e9 \"x\"\r\nempty:\r\n\r\n",
        "X-9!#$%&'*+-.^_`|~ / HTTP/1.1\r\nX-9!#$%&'*+-.^_`|~: y\r\n\r\n",
      })
  void whatIsInOrderPassesWholeAndInPieces(String bytes) {
    assertThat(fault(bytes, bytes.length())).isNull();
    assertThat(fault(bytes, 1)).isNull();
  }

  @ParameterizedTest
  @MethodSource("dev.weft.gateway.support.Smuggling#heads")
  @MethodSource("dev.weft.gateway.support.Smuggling#bodies")
  void whatCouldBeReadInTwoWaysStopsItWholeAndInPieces(String name, String bytes) {
    String whole = fault(bytes, bytes.length());

    assertThat(whole).isNotNull();
    assertThat(fault(bytes, 1)).isEqualTo(whole);
  }

  @Test
  void nothingIsReadBeyondTheFault() {
    RequestScanner scanner = new RequestScanner();
    String head = "GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nbad";
    ByteBuf bytes = Unpooled.copiedBuffer(head + " name: y\r\n\r\n", ISO_8859_1);

    assertThat(scanner.scan(bytes)).isEqualTo(head.length());
    assertThat(scanner.inBody()).isFalse();
  }

  /** The fault with its place; null when there is none. */
  private static @Nullable String fault(String text, int piece) {
    RequestScanner scanner = new RequestScanner();
    for (int at = 0; at < text.length(); at += piece) {
      String part = text.substring(at, Math.min(text.length(), at + piece));
      int stopped = scanner.scan(Unpooled.copiedBuffer(part, ISO_8859_1));
      FramingFault fault = scanner.fault();
      if (fault != null) {
        return at + stopped + ": " + fault.getMessage();
      }
      assertThat(stopped).isEqualTo(part.length());
    }
    return null;
  }
}

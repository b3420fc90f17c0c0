package dev.weft.gateway.support;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Requests that one party on the way may read as another than the next: each hides a second request
 * where a body could be. To be sent in ISO 8859-1.
 */
public final class Smuggling {
  /** What no answer may be to. */
  public static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

  private static final String POST =
      "POST /v1/rag/search HTTP/1.1\r\n"
          + "Host: x\r\n"
          + "Content-Type: application/json\r\n"
          + "Authorization: Bearer "
          + Gateway.KEY
          + "\r\n";

  /** Faults in a head. */
  public static Stream<Arguments> heads() {
    return Stream.of(
        coding("chunked, xchunked"),
        coding("chunked, identity"),
        coding("identity"),
        coding("xchunked"),
        coding("x, chunked"),
        coding("gzip, chunked"),
        coding("chunked, chunked"),
        coding("chunked,"),
        coding(", chunked"),
        coding("\"chunked\""),
        coding("chunked;q=1"),
        coding("chun\u00f8ed"),
        coding("chunked" + " ".repeat(40) + "x"),
        coding(""),
        head("coding with a vertical tab", "Transfer-Encoding: \u000bchunked\r\n"),
        head("coding with a NUL", "Transfer-Encoding: chunked\0\r\n"),
        head("coding folded", "Transfer-Encoding: chunked\r\n , x\r\n"),
        head("coding on the folded line", "Transfer-Encoding:\r\n chunked\r\n"),
        head("coding folded by tab", "X: y\r\n\tTransfer-Encoding: chunked\r\n"),
        head("coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        head("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        head("two codings turned", "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n"),
        head("blank before colon", "Transfer-Encoding : chunked\r\n"),
        head("tab before colon", "Transfer-Encoding\t: chunked\r\n"),
        head("no colon", "Transfer-Encoding chunked\r\n"),
        head("no name", ": chunked\r\n"),
        head("name with a control character", "Transfer-\u0001Encoding: chunked\r\n"),
        head("name not ASCII", "Tr\u00e4nsfer: chunked\r\n"),
        head("length and coding", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
        head("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
        head("lengths differ", "Content-Length: 0\r\nContent-Length: 34\r\n"),
        head("lengths alike", "Content-Length: 5\r\nContent-Length: 5\r\n"),
        length("0, 34"),
        length("5, 5"),
        length("+5"),
        length("-1"),
        length("0x5"),
        length("5 5"),
        length("5.0"),
        length("5e0"),
        length(""),
        length("\u00b2"),
        length("5" + " ".repeat(40) + "0"),
        length("99999999999999999999"),
        head("line feed alone", "X: y\nTransfer-Encoding: chunked\r\n"),
        head("carriage return alone", "X: y\rTransfer-Encoding: chunked\r\n"),
        head("two carriage returns", "X: y\r\r\nTransfer-Encoding: chunked\r\n"),
        head("old WebSocket", "Upgrade: WebSocket\r\nSec-WebSocket-Key1: 1\r\n"),
        whole(
            "HTTP/1.0 with coding",
            "POST /v1/rag/search HTTP/1.0\r\nHost: x\r\nConnection:"
                + " keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        whole("folded first header", "GET /health HTTP/1.1\r\n Host: x\r\n\r\n"),
        whole("lines end with line feed", "GET /health HTTP/1.1\nHost: x\n\n"),
        whole("head ends with line feed", "GET /health HTTP/1.1\r\nHost: x\r\n\n"),
        whole("HTTP/0.9", "GET /health\r\n"),
        whole("no version", "GET /health \r\nHost: x\r\n\r\n"),
        whole("HTTP/1.2", "GET /health HTTP/1.2\r\nHost: x\r\n\r\n"),
        whole("HTTP/1.10", "GET /health HTTP/1.10\r\nHost: x\r\n\r\n"),
        whole("HTTP/2.0", "GET /health HTTP/2.0\r\nHost: x\r\n\r\n"),
        whole("lower-case version", "GET /health http/1.1\r\nHost: x\r\n\r\n"),
        whole("words after the version", "GET /health HTTP/1.1 x\r\nHost: x\r\n\r\n"),
        whole("two blanks", "GET  /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("blank in the URL", "GET /health x HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("tab in the line", "GET\t/health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("blank before the method", " GET /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("NUL in the URL", "GET /health\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("NUL before the method", "\0GET /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("NUL in a header", "GET /health HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
        whole("empty lines", "\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n"),
        whole("not HTTP", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"),
        whole("second preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"));
  }

  /** Faults in a body of chunks. */
  public static Stream<Arguments> bodies() {
    return Stream.of(
        body("size line ends with line feed", "2;\n{}\r\n0\r\n\r\n"),
        body("lines end with line feed", "2\n{}\n0\n\n"),
        body("extension without a semicolon", "2 a=b\r\n{}\r\n0\r\n\r\n"),
        body("control character in extension", "2;a=\0\r\n{}\r\n0\r\n\r\n"),
        body("line feed in extension", "2;a\n{}\r\n0\r\n\r\n"),
        body("escaped quote before a line end", "2;a=\"b\\\"\r\n{}\r\n0\r\n\r\n"),
        body("endless extension", "2;" + "a".repeat(9_000) + "\r\n{}\r\n0\r\n\r\n"),
        body("many extensions", ("1;" + "a".repeat(100) + "\r\n \r\n").repeat(100) + "0\r\n\r\n"),
        body("endless trailers", "2\r\n{}\r\n0\r\n" + "X-Y: z\r\n".repeat(2_000) + "\r\n"),
        body("host in trailer", "2\r\n{}\r\n0\r\nHost: y\r\n\r\n"),
        body("trailer ends with line feed", "2\r\n{}\r\n0\r\nX: y\n\r\n"),
        body("blank before a trailer's colon", "2\r\n{}\r\n0\r\nX : y\r\n\r\n"),
        body("quoted line end in extension", "2;a=\"\r\n{}\r\n0\r\n\r\n"),
        body("0x", "0x2\r\n{}\r\n0\r\n\r\n"),
        body("sign", "-1\r\n{}\r\n0\r\n\r\n"),
        body("plus", "+2\r\n{}\r\n0\r\n\r\n"),
        body("blank after size", "2 \r\n{}\r\n0\r\n\r\n"),
        body("blank before size", " 2\r\n{}\r\n0\r\n\r\n"),
        body("no size", "\r\n{}\r\n0\r\n\r\n"),
        body("huge size", "ffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        body("beyond an int", "80000000\r\n{}\r\n0\r\n\r\n"),
        body("size that wraps around", "100000002\r\n{}\r\n0\r\n\r\n"),
        body("many zeros", "0000000002\r\n{}\r\n0\r\n\r\n"),
        body("digits of another script", "\u0032\u00b2\r\n{}\r\n0\r\n\r\n"),
        body("more than the size", "2\r\n{}XX\r\n0\r\n\r\n"),
        body("chunk ends with line feed", "2\r\n{}\n0\r\n\r\n"),
        body("last chunk ends with line feed", "2\r\n{}\r\n0\r\n\n"),
        body("length in trailer", "2\r\n{}\r\n0\r\nContent-Length: 34\r\n\r\n"),
        body("coding in trailer", "2\r\n{}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        body("credential in trailer", "2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n"),
        body("folded trailer", "2\r\n{}\r\n0\r\n x: y\r\n\r\n"));
  }

  /** What is cut out of the bytes in one way only, and refused all the same. */
  public static Stream<Arguments> decoded() {
    return Stream.of(
        whole("no host", "GET /health HTTP/1.1\r\n\r\n"),
        whole("empty host", "GET /health HTTP/1.1\r\nHost:\r\n\r\n"),
        whole("two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        whole("one host twice", "GET /health HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
        whole("host with a path", "GET /health HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        whole("host with a blank", "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n"),
        whole("host with a user", "GET /health HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        whole("hosts in a list", "GET /health HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        whole("no host in the URL", "GET http:///health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("a user in the URL", "GET http://x@y/health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("another scheme", "GET ftp://x/health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("no slash", "GET health HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole(
            "two credentials",
            "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + Gateway.KEY
                + "\r\nAuthorization: Bearer x\r\n\r\n"),
        whole(
            "two credentials turned",
            "GET /v1/models HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Authorization: Bearer x\r\n"
                + "Authorization: Bearer "
                + Gateway.KEY
                + "\r\n\r\n"),
        whole(
            "two keys",
            "GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Api-Key: "
                + Gateway.KEY
                + "\r\nX-Api-Key: x\r\n\r\n"),
        whole("URL not ASCII", "GET /v1/models/\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("NUL encoded", "GET /v1/models/a%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("NUL in the query", "GET /health?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("half of a pair", "GET /v1/models/%ED%A0%80 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("half of a pair in the query", "GET /health?%ED%BF%BF HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("overlong slash", "GET /v1/models/%C0%AF HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("overlong NUL", "GET /v1/models/%C0%80 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("beyond Unicode", "GET /v1/models/%F4%90%80%80 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("half a character", "GET /v1/models/%E2%82 HTTP/1.1\r\nHost: x\r\n\r\n"),
        whole("half a character at the end", "GET /health?a=%E2 HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  private static Arguments coding(String value) {
    return head("coding " + value.replaceAll(" +", " "), "Transfer-Encoding: " + value + "\r\n");
  }

  private static Arguments length(String value) {
    return whole(
        "length " + value.replaceAll(" +", " "), POST + "Content-Length: " + value + "\r\n\r\n");
  }

  private static Arguments head(String name, String headers) {
    return whole(name, POST + headers + "\r\n0\r\n\r\n");
  }

  private static Arguments body(String name, String chunks) {
    return whole("chunks: " + name, POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
  }

  private static Arguments whole(String name, String request) {
    return Arguments.of(name, request + HIDDEN);
  }

  private Smuggling() {}
}

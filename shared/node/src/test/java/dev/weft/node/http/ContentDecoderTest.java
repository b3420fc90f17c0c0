package dev.weft.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.ByteBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDecoderTest {

  private static final String BROTLI = "1b5900f88dd45eb3b890d952218cac416274e8046ec1c0751702";
  private static final byte[] TEXT = "data: {\"天气\":1}\n\n".repeat(3_000).getBytes(UTF_8);

  @Test
  void everyFormIsReadHoweverItIsSplit() throws IOException {
    List<byte[]> forms =
        new ArrayList<>(List.of(gzip(TEXT), deflate(TEXT, false), deflate(TEXT, true)));
    forms.add(withEveryField(gzip(TEXT)));
    Random random = new Random(5);
    for (int form = 0; form < forms.size(); form++) {
      String encoding = form == 1 || form == 2 ? "deflate" : "x-gzip";
      byte[] bytes = forms.get(form);
      assertThat(decode(encoding, bytes, TEXT.length)).isEqualTo(TEXT);
      for (int round = 0; round < 20; round++) {
        assertThat(pieces(encoding, bytes, random, 1 + random.nextInt(60))).isEqualTo(TEXT);
      }
    }
  }

  @Test
  void membersAfterEachOtherAreOneText() throws IOException {
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(gzip("one ".getBytes(UTF_8)));
    two.writeBytes(gzip("two".getBytes(UTF_8)));
    two.write(new byte[7]);
    assertThat(decode("gzip", two.toByteArray(), 100)).asString().isEqualTo("one two");
  }

  @Test
  void whatIsFlushedComesOutAtOnce() throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(sent, 512, true);
    gzip.write("data: 1\n\n".getBytes(UTF_8));
    gzip.flush();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ContentDecoder decoder = decoder("gzip", 100)) {
      decoder.feed(sent.toByteArray(), sent.size(), out::writeBytes);
      assertThat(out.toString(UTF_8)).isEqualTo("data: 1\n\n");
      assertThatThrownBy(() -> decoder.end(out::writeBytes)).hasMessageContaining("too early");
    }
  }

  @Test
  void whatComesOutIsBounded() throws IOException {
    byte[] bomb = gzip(new byte[50 << 20]);
    long[] came = {0};
    try (ContentDecoder decoder = decoder("gzip", 1 << 20)) {
      assertThatThrownBy(() -> decoder.feed(bomb, bomb.length, piece -> came[0] += piece.length))
          .isInstanceOf(ContentDecoder.TooLarge.class);
    }
    assertThat(came[0]).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void everyPrefixAndEveryChangedByteIsNoticed() throws IOException {
    byte[] good = gzip("hello hello hello".getBytes(UTF_8));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> decode("gzip", cut, 1_000)).isInstanceOf(IOException.class);
    }
    for (int at = 10; at < good.length; at++) {
      byte[] changed = good.clone();
      changed[at] ^= 0x55;
      assertThatThrownBy(() -> decode("gzip", changed, 1_000)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip, gzip", "compress", "*"})
  void whatIsNotKnownIsSaid(String encoding) {
    assertThat(ContentDecoder.of(encoding, 10)).isNull();
    assertThatThrownBy(() -> decode(encoding, new byte[1], 10)).hasMessageContaining("gzip");
  }

  @Test
  void brotliIsRead() throws IOException {
    // "data: 1\n\n" ten times, made with quality 11.
    byte[] bytes = HexFormat.of().parseHex(BROTLI);
    assertThat(decode("br", bytes, 90)).asString().isEqualTo("data: 1\n\n".repeat(10));
    assertThatThrownBy(() -> decode("br", bytes, 89)).isInstanceOf(ContentDecoder.TooLarge.class);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> decode("br", cut, 1_000)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void nothingIsPlain() {
    assertThat(ContentDecoder.isPlain(null)).isTrue();
    assertThat(ContentDecoder.isPlain(" Identity ")).isTrue();
    assertThat(ContentDecoder.isPlain("gzip")).isFalse();
  }

  @Test
  void whatComesOutTakesRoomAndKeepsIt() throws IOException {
    byte[] packed = gzip(new byte[1 << 20]);
    ByteBudget budget = new ByteBudget(4 << 20);
    ByteBudget.Hold hold = budget.answer();
    assertThat(ContentDecoder.decode("gzip", packed, 1 << 20, hold)).hasSize(1 << 20);
    assertThat(hold.bytes()).isEqualTo((1 << 20) - ByteBudget.SMALL_BYTES);
    ByteBudget small = new ByteBudget(1 << 19);
    assertThatThrownBy(() -> ContentDecoder.decode("gzip", packed, 1 << 20, small.answer()))
        .isInstanceOf(ContentDecoder.NoRoom.class);
    assertThat(small.held()).isLessThanOrEqualTo(1 << 19);
  }

  private static byte[] decode(String encoding, byte[] bytes, long maxBytes) throws IOException {
    return ContentDecoder.decode(encoding, bytes, maxBytes, ByteBudget.ofHeap().answer());
  }

  private static ContentDecoder decoder(String encoding, long maxBytes) {
    return Objects.requireNonNull(ContentDecoder.of(encoding, maxBytes));
  }

  private static byte[] pieces(String encoding, byte[] bytes, Random random, int most)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ContentDecoder decoder = decoder(encoding, TEXT.length)) {
      int at = 0;
      while (at < bytes.length) {
        int count = Math.min(bytes.length - at, 1 + random.nextInt(most));
        decoder.feed(Arrays.copyOfRange(bytes, at, at + count), count, out::writeBytes);
        at += count;
      }
      decoder.end(out::writeBytes);
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] text, boolean raw) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(6, raw);
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater)) {
      deflated.write(text);
    }
    deflater.end();
    return out.toByteArray();
  }

  /** The same with an extra field, a name, a comment and a checksum of the head. */
  private static byte[] withEveryField(byte[] gzip) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(gzip, 0, 3);
    out.write(2 | 4 | 8 | 16);
    out.write(gzip, 4, 6);
    out.writeBytes(new byte[] {3, 0, 1, 2, 3, 'n', 0, 'c', 'd', 0});
    CRC32 sum = new CRC32();
    sum.update(out.toByteArray());
    out.write((int) sum.getValue() & 0xff);
    out.write((int) (sum.getValue() >> 8) & 0xff);
    out.write(gzip, 10, gzip.length - 10);
    return out.toByteArray();
  }
}

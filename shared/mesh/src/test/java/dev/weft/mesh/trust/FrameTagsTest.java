package dev.weft.mesh.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class FrameTagsTest {
  private static final FrameTags TAGS = tags("0123456789abcdef0123456789abcdef");
  private static final Buffer BODY = Buffer.buffer("{\"text\":\"ß\"}");

  private static FrameTags tags(String key) {
    return new FrameTags(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
  }

  private static MultiMap headers() {
    return MultiMap.caseInsensitiveMultiMap().add("k", "call").add("id", "12").add("ep", "a.b");
  }

  private static MultiMap tagged() {
    MultiMap headers = headers();
    TAGS.add(7, headers, BODY);
    return headers;
  }

  private static boolean verifies(FrameTags tags, MultiMap headers, Buffer body) {
    return tags.verify(Objects.requireNonNull(FrameTags.claim(headers)), headers, body);
  }

  @Test
  void whatIsTaggedVerifiesWhateverTheBuffersShape() {
    assertThat(verifies(TAGS, tagged(), BODY)).isTrue();
    Buffer parts =
        Buffers.wrap(Unpooled.wrappedBuffer(BODY.getBytes(0, 5), BODY.getBytes(5, BODY.length())));
    assertThat(verifies(TAGS, tagged(), parts)).isTrue();
    Buffer direct = Buffers.wrap(Unpooled.directBuffer().writeBytes(BODY.getBytes()));
    assertThat(verifies(TAGS, tagged(), direct)).isTrue();
    Buffer slice = Buffer.buffer("xx").appendBuffer(BODY).appendString("yy");
    assertThat(verifies(TAGS, tagged(), slice.slice(2, 2 + BODY.length()))).isTrue();
  }

  @Test
  void anyChangeIsSeen() {
    assertThat(verifies(TAGS, tagged(), Buffer.buffer("{\"text\":\"s\"}"))).isFalse();
    assertThat(verifies(TAGS, tagged().set("id", "13"), BODY)).isFalse();
    assertThat(verifies(TAGS, tagged().remove("ep"), BODY)).isFalse();
    assertThat(verifies(TAGS, tagged().add("ep", "a.b"), BODY)).isFalse();
    assertThat(verifies(TAGS, tagged().add("x", ""), BODY)).isFalse();
    assertThat(verifies(TAGS, tagged().remove("id").add("i", "d12"), BODY)).isFalse();
    assertThat(verifies(tags("another key, also of 32 bytes ..."), tagged(), BODY)).isFalse();
    FrameTags.Claim claim = Objects.requireNonNull(FrameTags.claim(tagged()));
    assertThat(TAGS.verify(new FrameTags.Claim(8, claim.tag()), headers(), BODY)).isFalse();
  }

  @Test
  void whatIsMovedBetweenHeadersAndBodyIsSeen() {
    MultiMap with = headers().add("x", "tail");
    TAGS.add(1, with, Buffer.buffer("body"));
    FrameTags.Claim claim = Objects.requireNonNull(FrameTags.claim(with));
    assertThat(TAGS.verify(claim, with, Buffer.buffer("body"))).isTrue();
    Buffer longer =
        Buffer.buffer().appendInt(1).appendString("x").appendInt(4).appendString("tail");
    assertThat(TAGS.verify(claim, headers(), longer.appendInt(-1).appendString("body"))).isFalse();
  }

  @Test
  void aTagOfAnotherFormIsNone() {
    for (String text : new String[] {"", "x", "=".repeat(32), "ü".repeat(32), "A".repeat(33)}) {
      assertThat(FrameTags.claim(headers().add(FrameTags.TAG, text))).as(text).isNull();
    }
    assertThat(FrameTags.claim(headers())).isNull();
    MultiMap twice = tagged();
    twice.add(FrameTags.TAG, "A".repeat(32));
    assertThat(verifies(TAGS, twice, BODY)).as("the first one counts").isTrue();
  }
}

package dev.weft.durable.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An answer as it travels between nodes. */
final class ObjectReplyTest {

  @Test
  void nothingIsAnAnswerToo() {
    ObjectReply read = Json.decode(Json.encodeBytes(ObjectReply.NOTHING), ObjectReply.class);
    assertThat(read.result().json()).isEqualTo(Fragment.NULL.json());
  }

  @Test
  void thatAStreamIsOpenIsNoItem() {
    ObjectReply opened = Json.decode(Json.encodeBytes(ObjectReply.opened(7)), ObjectReply.class);
    ObjectReply nothing = Json.decode(Json.encodeBytes(ObjectReply.NOTHING), ObjectReply.class);
    assertThat(opened.opens()).isTrue();
    assertThat(opened.sequence()).isEqualTo(7);
    assertThat(nothing.opens()).isFalse();
  }

  @Test
  void aValueIsTheSameAfterwards() {
    byte[] value = "[1,{\"a\":null}]".getBytes(StandardCharsets.UTF_8);
    ObjectReply read =
        Json.decode(Json.encodeBytes(new ObjectReply(new Fragment(value))), ObjectReply.class);
    assertThat(read.result().json()).isEqualTo(value);
  }
}

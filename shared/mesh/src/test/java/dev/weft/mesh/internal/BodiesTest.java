package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class BodiesTest {

  @Test
  void rawBytesAreSharedWhereTheyAreTheWholeBufferAndCopiedWhereNot() {
    Raw raw = Raw.of("{ not json");
    assertThat(Bodies.decode(Bodies.encode(raw), Raw.class).bytes()).isSameAs(raw.bytes());

    Buffer part = Buffer.buffer("0123456789").slice(3, 6);
    assertThat(Bodies.decode(part, Raw.class).text()).isEqualTo("345");
  }
}

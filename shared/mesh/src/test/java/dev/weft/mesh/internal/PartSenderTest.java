package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.internal.Wire.Kind;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartSenderTest {
  private static final int PART = Wire.PART_BYTES;

  private final List<String> sent = new ArrayList<>();
  private final List<Promise<Void>> unwritten = new ArrayList<>();
  private boolean writes = true;
  private final PartSender sender = new PartSender(this::link);

  private Future<Void> link(MultiMap headers, Buffer body) {
    StringBuilder text = new StringBuilder(String.valueOf(headers.get(Wire.KIND)));
    for (String name : List.of(Wire.ID, Wire.TRANSFER, Wire.SEQUENCE, Wire.SIZE)) {
      String value = headers.get(name);
      text.append(value == null ? "" : " " + name + "=" + value);
    }
    sent.add(text + " " + body.length());
    if (writes) {
      return Future.succeededFuture();
    }
    Promise<Void> written = Promise.promise();
    unwritten.add(written);
    return written.future();
  }

  private Future<Void> send(Kind kind, long id, int bytes) {
    return sender.send(kind, Wire.headers(kind, id), Buffer.buffer(new byte[bytes]), true);
  }

  private List<String> taken() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  @Test
  void aSmallMessageGoesAsItIsAndALargeOneToAnOldNodeToo() {
    send(Kind.CALL, 1, PART);
    sender.send(Kind.CALL, Wire.headers(Kind.CALL, 2), Buffer.buffer(new byte[10 * PART]), false);
    assertThat(taken()).containsExactly("call id=1 " + PART, "call id=2 " + 10 * PART);
  }

  @Test
  void aLargeOneGoesInPartsAsFarAsItHasCredit() {
    Future<Void> done = send(Kind.CALL, 1, 3 * PART + 5);
    assertThat(taken()).containsExactly("call id=1 p=1 size=" + (3 * PART + 5) + " 0");
    sender.credit(1, 2);
    assertThat(taken())
        .containsExactly("part p=1 seq=0 " + PART, "part p=1 seq=" + PART + " " + PART);
    assertThat(done.isComplete()).isFalse();
    assertThat(sender.isOnItsWay(1)).isTrue();
    assertThat(sender.waitingBytes()).isEqualTo(PART + 5);
    sender.credit(1, 5);
    assertThat(taken())
        .containsExactly(
            "part p=1 seq=" + 2 * PART + " " + PART, "part p=1 seq=" + 3 * PART + " 5");
    assertThat(done.succeeded()).isTrue();
    assertThat(sender.isOnItsWay(1)).isFalse();
    assertThat(sender.waitingBytes()).isZero();
  }

  @Test
  void otherCallsPassAndTheSameCallFollows() {
    send(Kind.ITEMS, 7, 2 * PART);
    taken();
    send(Kind.ITEMS, 7, 10);
    send(Kind.ITEMS, 7, PART + 1);
    send(Kind.END, 7, 0);
    send(Kind.ITEMS, 8, 20);
    send(Kind.CALL, 7, 30); // a call of this node: another one than the other node's 7
    assertThat(taken()).containsExactly("items id=8 20", "call id=7 30");
    sender.credit(1, 2);
    assertThat(taken())
        .containsExactly(
            "part p=1 seq=0 " + PART,
            "part p=1 seq=" + PART + " " + PART,
            "items id=7 10",
            "items id=7 p=2 size=" + (PART + 1) + " 0");
    sender.credit(2, 2);
    assertThat(taken())
        .containsExactly("part p=2 seq=0 " + PART, "part p=2 seq=" + PART + " 1", "end id=7 0");
  }

  @Test
  void noMoreIsHandedOverThanTheConnectionTakes() {
    send(Kind.CALL, 1, 40 * PART);
    taken();
    writes = false;
    for (int i = 0; i < 3; i++) {
      sender.credit(1, Wire.PART_WINDOW);
    }
    assertThat(taken()).hasSize(16);
    unwritten.getFirst().complete();
    assertThat(taken()).hasSize(1);
  }

  @Test
  void transfersTakeTurns() {
    send(Kind.CALL, 1, 4 * PART);
    send(Kind.CALL, 2, 4 * PART);
    writes = false;
    taken();
    sender.credit(1, 2);
    sender.credit(2, 2);
    sender.credit(1, 1);
    assertThat(taken()).hasSize(5);
  }

  @Test
  void aCancelledCallIsNotSentToItsEnd() {
    Future<Void> done = send(Kind.OPEN, 1, 4 * PART);
    taken();
    send(Kind.CANCEL, 1, 0);
    sender.credit(1, 4);
    assertThat(taken()).containsExactly("drop p=1 0");
    assertThat(done.succeeded()).isTrue();
  }

  @Test
  void whatTheReceiverDropsIsOver() {
    send(Kind.CALL, 1, 4 * PART);
    taken();
    sender.dropped(1);
    sender.credit(1, 4);
    assertThat(taken()).isEmpty();
    send(Kind.CALL, 1, 5);
    assertThat(taken()).containsExactly("call id=1 5");
  }

  @Test
  void whatStandsStillIsGivenUp() {
    Future<Void> done = send(Kind.CALL, 1, 4 * PART);
    taken();
    sender.expire(System.nanoTime(), 60_000_000_000L);
    assertThat(done.isComplete()).isFalse();
    sender.expire(System.nanoTime() + 60_000_000_001L, 60_000_000_000L);
    assertThat(done.failed()).isTrue();
    assertThat(taken()).containsExactly("drop p=1 0");
  }

  @Test
  void anOldNodesBeatTakesNoParts() {
    String old =
        """
        {"node":"a","name":"a","version":"1","state":"READY","endpoints":[],"inFlight":0,\
        "startedAt":"2026-01-31T12:00:00Z"}\
        """;
    assertThat(Bodies.decode(Buffer.buffer(old), Beat.class).takesParts()).isFalse();
    String now = old.replace("\"inFlight\"", "\"can\":[\"parts\",\"more\"],\"inFlight\"");
    assertThat(Bodies.decode(Buffer.buffer(now), Beat.class).takesParts()).isTrue();
  }
}

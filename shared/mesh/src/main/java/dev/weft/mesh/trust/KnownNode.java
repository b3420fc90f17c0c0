package dev.weft.mesh.trust;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Another node whose record is verified, and the keys of the messages between it and this one. */
public final class KnownNode {
  private static final long BEGIN_NANOS = System.nanoTime();

  private final NodeRecord record;
  private final FrameTags outgoing;
  private final FrameTags incoming;
  private final ReplayWindow window = new ReplayWindow();

  /**
   * The last number given to a message. One that was forgotten and is known again goes on above,
   * since no node sends a message in each nanosecond.
   */
  private final AtomicLong number = new AtomicLong(System.nanoTime() - BEGIN_NANOS);

  KnownNode(NodeRecord record, OwnNode own) throws GeneralSecurityException {
    this.record = record;
    this.outgoing = new FrameTags(own.keyWith(record, true));
    this.incoming = new FrameTags(own.keyWith(record, false));
  }

  public NodeRecord record() {
    return record;
  }

  /**
   * Marks a message to the node as this one's. Nothing may be added to it afterwards. Any thread.
   */
  public void sign(MultiMap headers, Buffer body) {
    outgoing.add(number.incrementAndGet(), headers, body);
  }

  /**
   * Whether a message is the node's own and has not come before. One thread at a time.
   *
   * @return why it is not; null when it is
   */
  RefusedClaims.@Nullable Kind refusal(MultiMap headers, Buffer body) {
    FrameTags.Claim claim = FrameTags.claim(headers);
    if (claim == null) {
      return RefusedClaims.Kind.TAG;
    }
    if (!window.isNew(claim.number())) {
      return RefusedClaims.Kind.REPLAY;
    }
    if (!incoming.verify(claim, headers, body)) {
      return RefusedClaims.Kind.TAG;
    }
    window.note(claim.number());
    return null;
  }
}

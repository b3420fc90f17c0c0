package dev.weft.mesh.trust;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;

/**
 * CPU time of a message's tag, made or verified. Run with the test class path. Not a test: figures
 * depend on the machine.
 */
public final class TagBench {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 8;

  public static void main(String[] args) {
    for (int bytes : new int[] {30, 300, 3_000, 64 * 1024}) {
      run(bytes);
    }
  }

  private static void run(int bytes) {
    FrameTags tags = new FrameTags(new SecretKeySpec(new byte[32], "HmacSHA256"));
    ReplayWindow window = new ReplayWindow();
    Buffer body = Buffer.buffer(new byte[bytes]);
    int times = Math.max(2_000, 20_000_000 / (bytes + 200));
    double made = Double.MAX_VALUE;
    double verified = Double.MAX_VALUE;
    long number = 1;
    for (int round = 0; round < ROUNDS; round++) {
      MultiMap[] messages = new MultiMap[times];
      for (int i = 0; i < times; i++) {
        messages[i] =
            MultiMap.caseInsensitiveMultiMap()
                .add("k", "items")
                .add("id", Integer.toString(i))
                .add("seq", "123")
                .add("from", "0123456789abcdef0123456789abcdef");
      }
      long start = THREADS.getCurrentThreadCpuTime();
      for (MultiMap each : messages) {
        tags.add(number++, each, body);
      }
      long between = THREADS.getCurrentThreadCpuTime();
      for (MultiMap each : messages) {
        FrameTags.Claim claim = Objects.requireNonNull(FrameTags.claim(each));
        if (!window.isNew(claim.number()) || !tags.verify(claim, each, body)) {
          throw new IllegalStateException("a message's own tag does not verify");
        }
        window.note(claim.number());
      }
      long end = THREADS.getCurrentThreadCpuTime();
      made = Math.min(made, (between - start) / 1_000.0 / times);
      verified = Math.min(verified, (end - between) / 1_000.0 / times);
    }
    System.out.printf("%d bytes: %.2f µs to make, %.2f µs to verify%n", bytes, made, verified);
  }

  private TagBench() {}
}

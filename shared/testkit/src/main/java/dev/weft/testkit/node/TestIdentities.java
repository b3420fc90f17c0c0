package dev.weft.testkit.node;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.IdentityVerifier;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Identities made to order: a token is genuine when it was issued here. Thread-safe. */
public final class TestIdentities implements IdentityVerifier {

  private final Map<String, Identity> issued = new ConcurrentHashMap<>();
  private final AtomicLong count = new AtomicLong();

  /** A token for the identity. */
  public String issue(Identity identity) {
    String token = "test-identity-" + count.incrementAndGet();
    issued.put(token, identity);
    return token;
  }

  @Override
  public @Nullable Identity remembered(String token) {
    return issued.get(token);
  }

  @Override
  public Future<Identity> verify(String token) {
    Identity identity = issued.get(token);
    return identity != null
        ? Future.succeededFuture(identity)
        : Future.failedFuture(
            WeftError.of("mesh:identity", Reason.UNAUTHENTICATED, "No such test identity.")
                .exception());
  }
}

package dev.weft.gateway.auth;

import dev.weft.contracts.Empty;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.Revocation;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import dev.weft.node.Drainable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream of revocations open and tells the cache what it hears. An event-loop verticle, one
 * for the process.
 */
public final class RevocationWatch extends VerticleBase implements Drainable {
  private static final Logger log = LoggerFactory.getLogger(RevocationWatch.class);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(5);
  private static final long FIRST_RETRY_MILLIS = 50;
  private static final long LAST_RETRY_MILLIS = 1_000;

  private final Mesh mesh;
  private final CredentialCache cache;
  private @Nullable MeshStream<Revocation> stream;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private boolean stopped;

  public RevocationWatch(Mesh mesh, CredentialCache cache) {
    this.mesh = mesh;
    this.cache = cache;
  }

  @Override
  public Future<?> start() {
    open();
    return Future.succeededFuture();
  }

  /** Ends the stream, which would else hold up the auth service. */
  @Override
  public Future<Void> drain() {
    Promise<Void> ended = Promise.promise();
    context.runOnContext(
        turn -> {
          end();
          ended.complete();
        });
    return ended.future();
  }

  @Override
  public Future<?> stop() {
    end();
    return Future.succeededFuture();
  }

  private void end() {
    stopped = true;
    if (stream != null) {
      stream.cancel();
    }
  }

  private void open() {
    if (stopped) {
      return;
    }
    stream =
        mesh.call(AuthApi.REVOCATIONS, Empty.INSTANCE, CallContext.background(OPEN_TIMEOUT))
            .exceptionHandler(this::lost)
            .endHandler(end -> lost(null))
            .handler(this::heard);
  }

  private void heard(Revocation revocation) {
    if (revocation.equals(Revocation.CONNECTED)) {
      retryMillis = FIRST_RETRY_MILLIS;
      cache.hearing();
      log.debug("Revocations are heard.");
    } else {
      cache.revoked(revocation.keyId());
      log.atInfo().addKeyValue("key", revocation.keyId()).log("A key was revoked.");
    }
  }

  private void lost(@Nullable Throwable failure) {
    cache.deaf();
    if (stopped) {
      return;
    }
    log.debug("Revocations are not heard; trying again in {} ms.", retryMillis, failure);
    vertx.setTimer(retryMillis, timer -> open());
    retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
  }
}

package dev.weft.auth;

import static dev.weft.mesh.UnaryHandler.blocking;

import dev.weft.auth.keys.ApiKeys;
import dev.weft.auth.keys.DevKey;
import dev.weft.auth.keys.KeyDigest;
import dev.weft.auth.store.KeyStore;
import dev.weft.auth.tokens.SigningKeys;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.node.Drainable;
import dev.weft.node.NodeContext;
import dev.weft.node.Profile;
import dev.weft.node.identity.IdentityToken;
import dev.weft.node.identity.InvalidTokenException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Serves auth's endpoints. Runs on virtual threads. */
final class AuthVerticle extends VerticleBase implements Drainable {
  private static final Logger log = LoggerFactory.getLogger(AuthVerticle.class);

  private final NodeContext node;
  private final SigningKeys signingKeys;
  private @Nullable RevocationFeed feed;

  AuthVerticle(NodeContext node) {
    this.node = node;
    signingKeys =
        new SigningKeys(
            node.vertx(),
            node.database(),
            node.masterKey(),
            node.config().get(AuthKeys.SIGNING_KEY_LIFE),
            node.time());
  }

  @Override
  public Future<?> start() {
    KeyStore store = new KeyStore(node.database());
    KeyDigest digest = new KeyDigest(node.masterKey());
    signingKeys.refresh();
    if (node.profile() == Profile.DEV) {
      new DevKey(node.dataDirectory(), node.database(), store, digest, node.time()).ensure();
    }
    vertx.setPeriodic(SigningKeys.REFRESH.toMillis(), timer -> refreshSigningKeys());
    RevocationFeed revocations = new RevocationFeed(vertx, node.databaseOptions());
    feed = revocations;
    revocations.start();
    node.addHealthCheck(() -> Future.succeededFuture(revocationsCheck(revocations)));
    node.addHealthCheck(
        () ->
            Future.succeededFuture(
                new HealthReport.Check(
                    "signing key", HealthReport.UP, signingKeys.current().id(), null)));
    CredentialChecker checker =
        new CredentialChecker(store, digest, signingKeys, node.profile(), node.time());
    return Future.all(
        serveKeys(new ApiKeys(store, digest, node.profile(), node.time())),
        serveIdentities(checker, new TokenIssuer(checker, signingKeys, node.time())),
        node.mesh()
            .serve(AuthApi.REVOCATIONS, (request, call, out) -> revocations.watch(call, out)));
  }

  /**
   * Ends the streams of revocations, which would else run until their readers leave. Any thread.
   */
  @Override
  public Future<Void> drain() {
    Promise<Void> ended = Promise.promise();
    context.runOnContext(
        v -> {
          RevocationFeed running = feed;
          (running == null ? Future.<Void>succeededFuture() : running.stop()).onComplete(ended);
        });
    return ended.future();
  }

  private Future<?> serveKeys(ApiKeys keys) {
    Mesh mesh = node.mesh();
    return Future.all(
        mesh.serve(
            AuthApi.CREATE_KEY,
            blocking((request, call) -> keys.create(call.caller(), credentialEnd(call), request))),
        mesh.serve(
            AuthApi.LIST_KEYS, blocking((request, call) -> keys.list(call.caller().tenant()))),
        mesh.serve(
            AuthApi.REVOKE_KEY,
            blocking((request, call) -> keys.revoke(call.caller(), request.id()))));
  }

  private static @Nullable Instant credentialEnd(CallContext call) {
    String token = call.identityToken();
    try {
      return token == null ? null : IdentityToken.ofVerified(token).credentialEnd();
    } catch (InvalidTokenException e) {
      throw new IllegalStateException("a verified identity that cannot be read", e);
    }
  }

  private Future<?> serveIdentities(CredentialChecker checker, TokenIssuer tokens) {
    Mesh mesh = node.mesh();
    return Future.all(
        mesh.serve(
            AuthApi.CHECK_CREDENTIAL,
            blocking((request, call) -> checker.check(request.credential(), request.client()))),
        mesh.serve(AuthApi.KEY_SET, blocking((request, call) -> signingKeys.published())),
        mesh.serve(AuthApi.ISSUE_TOKEN, blocking(tokens::issue)));
  }

  private void refreshSigningKeys() {
    try {
      signingKeys.refresh();
    } catch (RuntimeException e) {
      // The keys in memory stay good for as long as the next ones are not needed.
      // That the database fails was said where it did.
      log.atLevel(e instanceof WeftException ? Level.DEBUG : Level.WARN)
          .setCause(e)
          .log("signing keys not refreshed");
    }
  }

  private static HealthReport.Check revocationsCheck(RevocationFeed revocations) {
    return revocations.listening()
        ? new HealthReport.Check("revocations", HealthReport.UP, "listening", null)
        : new HealthReport.Check(
            "revocations",
            HealthReport.DEGRADED,
            "not listening for revoked keys of other nodes",
            "a connection to the database that can LISTEN: no pooler in transaction mode between");
  }

  @Override
  public Future<?> stop() {
    return feed == null ? Future.succeededFuture() : feed.stop();
  }
}

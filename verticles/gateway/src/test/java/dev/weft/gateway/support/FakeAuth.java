package dev.weft.gateway.support;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CheckCredential;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.Revocation;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An auth service that knows the keys a test gives it. */
public final class FakeAuth implements Service {
  /** A key whose check takes until {@link #answerSlowChecks()}. */
  public static final String SLOW_KEY = "weft_test_slow";

  private final Map<String, Set<String>> scopesByKey = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Promise<SignedIdentity>> slow = new ConcurrentLinkedQueue<>();
  public final AtomicInteger checks = new AtomicInteger();
  private final Map<String, String> tenantsByKey = new ConcurrentHashMap<>();
  private final Map<String, Long> ends = new ConcurrentHashMap<>();
  private volatile @Nullable Function<Identity, String> tokens;

  private record Listener(io.vertx.core.Context context, StreamWriter<Revocation> out) {}

  /** How tokens that the test's node accepts are made. */
  public void tokens(Function<Identity, String> maker) {
    tokens = maker;
  }

  public void allow(String key, String... scopes) {
    scopesByKey.put(key, Set.of(scopes));
  }

  /** Allows a key of a tenant of its own. */
  public void allowFor(String tenant, String key, String... scopes) {
    tenantsByKey.put(key, tenant);
    allow(key, scopes);
  }

  /** Allows a key until a time, in milliseconds since 1970. */
  public void allowUntil(long end, String key, String... scopes) {
    ends.put(key, end);
    allow(key, scopes);
  }

  /** Revokes a key and tells all who listen. */
  public void revoke(String key) {
    scopesByKey.remove(key);
    listeners.forEach(
        listener ->
            listener.context.runOnContext(x -> listener.out.write(new Revocation(idOf(key)))));
  }

  /** Revokes a key without a word. */
  public void revokeSilently(String key) {
    scopesByKey.remove(key);
  }

  /** Ends all streams of revocations, as a node that goes away would. */
  public void hangUp() {
    List<Listener> all = List.copyOf(listeners);
    listeners.clear();
    all.forEach(listener -> listener.context.runOnContext(x -> listener.out.end()));
  }

  public int listeners() {
    return listeners.size();
  }

  public int slowChecks() {
    return slow.size();
  }

  public void answerSlowChecks() {
    for (Promise<SignedIdentity> one = slow.poll(); one != null; one = slow.poll()) {
      one.tryComplete(signed(SLOW_KEY, Set.of("*")));
    }
  }

  public static String idOf(String key) {
    return "id-" + key;
  }

  @Override
  public ServiceDescriptor descriptor() {
    return AuthApi.SERVICE;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    return List.of(Deployment.onEventLoops(() -> new Endpoints(node)));
  }

  private Future<SignedIdentity> check(CheckCredential request, CallContext context) {
    checks.incrementAndGet();
    String key = request.credential();
    if (key.equals(SLOW_KEY)) {
      Promise<SignedIdentity> promise = Promise.promise();
      slow.add(promise);
      return promise.future();
    }
    Set<String> scopes = scopesByKey.get(key);
    return scopes == null
        ? Future.failedFuture(
            WeftError.of("auth:key", Reason.UNAUTHENTICATED, "The API key is not valid.")
                .exception())
        : Future.succeededFuture(signed(key, scopes));
  }

  private SignedIdentity signed(String key, Set<String> scopes) {
    Function<Identity, String> maker = tokens;
    if (maker == null) {
      throw new IllegalStateException("no tokens yet");
    }
    Identity identity =
        new Identity(tenantsByKey.getOrDefault(key, "tenant"), "subject", scopes, idOf(key));
    return new SignedIdentity(
        maker.apply(identity), identity, System.currentTimeMillis() + 60_000, ends.get(key));
  }

  private final class Endpoints extends VerticleBase {
    private final NodeContext owner;

    Endpoints(NodeContext owner) {
      this.owner = owner;
    }

    @Override
    public Future<?> start() {
      return Future.all(
          owner.mesh().serve(AuthApi.CHECK_CREDENTIAL, FakeAuth.this::check),
          owner.mesh().serve(AuthApi.CREATE_KEY, this::create),
          owner.mesh().serve(AuthApi.REVOCATIONS, this::watch));
    }

    private Future<CreatedKey> create(CreateKey request, CallContext call) {
      return Future.succeededFuture(
          new CreatedKey(
              "secret",
              new KeyInfo(
                  "id", request.name(), "s…t", List.of(), "active", "t", "t", null, null, null)));
    }

    private void watch(Empty request, CallContext call, StreamWriter<Revocation> out) {
      out.write(Revocation.CONNECTED);
      Listener listener = new Listener(vertx.getOrCreateContext(), out);
      listeners.add(listener);
      call.cancellation().onCancel(() -> listeners.remove(listener));
    }
  }
}

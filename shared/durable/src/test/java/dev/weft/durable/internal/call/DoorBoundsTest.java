package dev.weft.durable.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.ObjectDoor.Target;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.Ids;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What callers from outside, and nodes that say much, may have this node remember. */
final class DoorBoundsTest {
  private static final Ids IDS = new Ids("secret".getBytes(StandardCharsets.UTF_8));

  private final Vertx vertx = Vertx.vertx();
  private final Mesh mesh = Meshes.local(vertx, MeshOptions.named("test", "0"), _ -> new Nobody());

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static final class Nobody implements IdentityVerifier {
    @Override
    public @Nullable Identity remembered(String token) {
      return null;
    }

    @Override
    public Future<Identity> verify(String token) {
      return Future.failedFuture("nobody");
    }
  }

  /** A node that says it hosts these public namespaces. */
  private record Saying(Set<String> endpoints) implements Directory {
    @Override
    public List<NodeInfo> nodes() {
      return List.of(new NodeInfo("n1", "n1", "1", NodeState.READY, endpoints, 0, Instant.EPOCH));
    }

    @Override
    public @Nullable Instant missingSince(String service) {
      return null;
    }

    @Override
    public void onChange(Consumer<Directory> listener) {
      // Nothing changes here.
    }
  }

  @Test
  void namespacesAreLearnedUpToANumber() {
    Set<String> endpoints = new HashSet<>();
    for (int i = 0; i < DoorCalls.MAX_NAMESPACES + 100; i++) {
      endpoints.add("objects.n" + letters(i) + ".door");
    }
    Router router = new Router(vertx, mesh, Router.Placement::rendezvous, _ -> false);
    ObjectDoor door = new DoorCalls(IDS, router, new Saying(endpoints));
    int known = 0;
    for (int i = 0; i < DoorCalls.MAX_NAMESPACES + 100; i++) {
      Target target = new Target("n" + letters(i), "t", "a");
      // Refused at once only if it is not known, since whoever is known is to be asked.
      Future<?> watching = door.watch(target, "x", Raw.of("[]"), WatchOptions.live(), expired());
      if (!(watching.failed()
          && watching.cause() instanceof WeftException e
          && e.error().code().equals("object:namespace.not_found"))) {
        known++;
      }
    }
    assertThat(known).isEqualTo(DoorCalls.MAX_NAMESPACES);
  }

  @Test
  void idsAreRememberedUpToANumber() {
    TenantIds ids = new TenantIds(IDS, 10);
    for (int i = 0; i < 1_000; i++) {
      assertThat(ids.of(new Target("counter", "t", "name " + i)))
          .isEqualTo(IDS.fromName("counter", "t/name " + i));
      assertThat(ids.size()).isBetween(1, 10);
    }
    assertThatThrownBy(() -> ids.of(new Target("counter", "t", "x".repeat(1_100))))
        .isInstanceOf(WeftException.class);
    assertThat(ids.size()).isBetween(1, 10);
  }

  private static String letters(int number) {
    StringBuilder letters = new StringBuilder();
    Integer.toString(number).chars().forEach(digit -> letters.append((char) (digit - '0' + 'a')));
    return letters.toString();
  }

  private static CallContext expired() {
    return CallContext.background(Duration.ofMillis(1));
  }
}

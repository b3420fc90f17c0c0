package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Raw;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.call.WatchEndpoints;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the node of a public object lets in, whatever the edge before it has checked. The caller's
 * tenant is {@code t}, its only scope {@code objects:call}.
 */
final class DoorTest {
  private static final Namespace<BasicsTest.Counter> SCOPED =
      Namespace.of("scoped", BasicsTest.Counter.class).withScope("counters:call").asPublic();

  private final ObjectBed bed = new ObjectBed(new MemoryObjectStore());
  private final Namespace<BasicsTest.Counter> counters = BasicsTest.COUNTERS.asPublic();

  private static final Namespace<Board> BOARDS =
      Namespace.of("board", Board.class).asOpen().asPublic();
  private static final Namespace<Board> SCOPED_BOARDS =
      Namespace.of("scopedBoard", Board.class).withScope("boards:read").asPublic();
  private static final UnaryEndpoint<Follow, Following> FOLLOW =
      WatchEndpoints.followFromOutside("board");

  interface Board {
    void post(String text);

    Feed<String> posts(Reader reader);
  }

  record Reader(int x) {}

  private static final class BoardObject implements Board {
    private final Topic<String> posts;

    BoardObject(ObjectContext context) {
      posts = context.topic("posts", String.class, Retention.items(10));
    }

    @Override
    public void post(String text) {
      posts.publish(text);
    }

    @Override
    public Feed<String> posts(Reader reader) {
      return posts;
    }
  }

  interface Watched {
    void watch();
  }

  @BeforeEach
  void host() {
    bed.host(ObjectClass.of(counters, BasicsTest.CounterObject::new));
    bed.host(ObjectClass.of(SCOPED, BasicsTest.CounterObject::new));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void anObjectOfTheCallersTenantIsCalled() {
    assertThat(door("t", "a", "add", "[2]").await().text()).isEqualTo("2");
    assertThat(bed.objects.get(counters, TenantName.of("t", "a")).value()).isEqualTo(2);
  }

  @Test
  void oneOfAnotherTenantIsNot() {
    for (String name : List.of("u/a", "a", "tt/a", "/a", "t")) {
      assertThat(errorOf(byName(counters, name)).code()).as(name).isEqualTo("object:id.denied");
    }
    assertThat(byName(counters, "t/a").await().text()).isEqualTo("0");
    // Neither is one whose name the request keeps to itself.
    ObjectId unique = bed.objects.newUniqueId(counters);
    assertThat(errorOf(send(counters, unique.hex(), null)).code()).isEqualTo("object:id.denied");
    String other = bed.objects.idFromName(counters, "u/b").hex();
    assertThat(errorOf(send(counters, other, "t/a")).code()).isEqualTo("object:id.invalid");
  }

  @Test
  void theScopeOfTheNamespaceIsNeededToo() {
    WeftError error = errorOf(byName(SCOPED, "t/a"));
    assertThat(error.code()).isEqualTo("mesh:scope.denied");
    assertThat(error.message()).contains("counters:call");
  }

  @Test
  void aNamespaceIsKnownOnceANodeHostsIt() {
    Namespace<BasicsTest.Counter> later = Namespace.of("later", BasicsTest.Counter.class);
    assertThat(errorOf(target("later", "a")).code()).isEqualTo("object:namespace.not_found");
    bed.host(ObjectClass.of(later.asPublic(), BasicsTest.CounterObject::new));
    assertThat(target("later", "a").await().text()).isEqualTo("0");
  }

  @Test
  void oneThatNoNodeHostsAnyMoreIsAway() {
    assertThat(target("counter", "a").await().text()).isEqualTo("0");
    bed.objects.drain().await();
    WeftError error = errorOf(target("counter", "a"));
    assertThat(error.code()).isEqualTo("object:namespace.unavailable");
    assertThat(error.message()).contains("counter");
    assertThat(error.retryable()).isTrue();
  }

  @Test
  void tenantsAreToldApartWhateverTheyAreCalled() {
    assertThat(TenantName.of("a/b", "c")).isNotEqualTo(TenantName.of("a", "b/c"));
    assertThat(TenantName.of("a%2Fb", "c")).isNotEqualTo(TenantName.of("a/b", "c"));
    assertThat(TenantName.belongsTo("a", TenantName.of("a/b", "c"))).isFalse();
    assertThat(TenantName.belongsTo("", TenantName.of("a", "c"))).isFalse();
    assertThat(TenantName.belongsTo("a", TenantName.of("a", "../b"))).isTrue();
  }

  @Test
  void whoWatchesIsLetInAsWhoCalls() {
    bed.host(ObjectClass.of(BOARDS, BoardObject::new));
    bed.host(ObjectClass.of(SCOPED_BOARDS, BoardObject::new));
    for (String name : List.of("u/a", "a", "tt/a", "/a", "t")) {
      assertThat(errorOf(follow(BOARDS, name, "posts", "[]")).code())
          .as(name)
          .isEqualTo("object:id.denied");
    }
    assertThat(errorOf(follow(SCOPED_BOARDS, "t/a", "posts", "[]")).code())
        .isEqualTo("mesh:scope.denied");
    assertThat(follow(BOARDS, "t/a", "posts", "[{\"x\":1}]").await().topic()).isEqualTo(".posts");
    // Who has no business with objects at all.
    assertThat(errorOf(bed.mesh.call(FOLLOW, request("t/a", "posts", "[{}]"), anonymous())).code())
        .startsWith("mesh:");
  }

  @Test
  void aTopicThatIsNoneMakesNoObject() {
    bed.host(ObjectClass.of(BOARDS, BoardObject::new));
    for (String topic : List.of("post", "absent", "toString", "x".repeat(10_000))) {
      WeftError error = errorOf(follow(BOARDS, "t/fresh", topic, "[]"));
      assertThat(error.code()).isEqualTo("object:method.not_found");
      assertThat(error.message()).hasSizeLessThan(400);
    }
    assertThat(bed.objects.inspector().list("board", "t/fresh", null, 1).await()).isEmpty();
    assertThat(errorOf(follow(BOARDS, "t/fresh", "posts", "[{\"x\":1,\"y\":2}]")).code())
        .isEqualTo("object:request.invalid");
  }

  @Test
  void itemsComeWithTheirSequences() {
    bed.host(ObjectClass.of(BOARDS, BoardObject::new));
    List<FeedItem<Raw>> items = new CopyOnWriteArrayList<>();
    ObjectDoor.Watching watching =
        bed.objects
            .door()
            .watch(
                new ObjectDoor.Target("board", "t", "b"),
                "posts",
                Raw.of("[{\"x\":1}]"),
                WatchOptions.live(),
                call())
            .await();
    watching.items().handler(items::add);
    bed.objects.get(BOARDS, TenantName.of("t", "b")).post("one");
    bed.objects.get(BOARDS, TenantName.of("t", "b")).post("two");
    ObjectBed.until(() -> items.size() == 2);
    assertThat(items).extracting(item -> item.value().text()).containsExactly("\"one\"", "\"two\"");
    assertThat(items.getFirst().sequence()).isGreaterThan(watching.after());
    watching.items().cancel();
  }

  @Test
  void whatNoNodeHostsIsNotWaitedFor() {
    bed.host(ObjectClass.of(BOARDS, BoardObject::new));
    bed.objects.drain().await();
    WeftError error =
        errorOf(
            bed.objects
                .door()
                .watch(
                    new ObjectDoor.Target("board", "t", "b"),
                    "posts",
                    Raw.of("[]"),
                    WatchOptions.live(),
                    call()));
    assertThat(error.code()).isEqualTo("object:namespace.unavailable");
  }

  @Test
  void aMethodCannotHaveTheNameOfAnAddress() {
    assertThatThrownBy(() -> Namespace.of("watched", Watched.class).asPublic())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("watch");
  }

  private Future<Raw> target(String namespace, String name) {
    return bed.objects
        .door()
        .call(new ObjectDoor.Target(namespace, "t", name), "value", Raw.of("[]"), null, call());
  }

  private Future<Raw> door(String tenant, String name, String method, String arguments) {
    return bed.objects
        .door()
        .call(
            new ObjectDoor.Target("counter", tenant, name),
            method,
            Raw.of(arguments),
            null,
            call());
  }

  private Future<Raw> byName(Namespace<?> namespace, String name) {
    return send(namespace, bed.objects.idFromName(namespace, name).hex(), name);
  }

  /** A request as an edge could send it. */
  private Future<Raw> send(Namespace<?> namespace, String hex, @Nullable String name) {
    Fragment none = new Fragment("[]".getBytes(StandardCharsets.UTF_8));
    ObjectRequest request =
        new ObjectRequest(hex, name, "value", none, null, 0, 0, 0, List.of(), null, null);
    return bed.mesh.call(ObjectEndpoints.door(namespace.name()), request, call());
  }

  private Future<Following> follow(
      Namespace<?> namespace, String name, String topic, String arguments) {
    return bed.mesh.call(
        WatchEndpoints.followFromOutside(namespace.name()),
        request(namespace, name, topic, arguments),
        call());
  }

  private Follow request(String name, String topic, String arguments) {
    return request(BOARDS, name, topic, arguments);
  }

  private Follow request(Namespace<?> namespace, String name, String topic, String arguments) {
    Fragment given = new Fragment(arguments.getBytes(StandardCharsets.UTF_8));
    String hex = bed.objects.idFromName(namespace, name).hex();
    return new Follow(
        new ObjectRequest(hex, name, topic, given, null, 0, 0, 0, List.of(), null, null),
        bed.mesh.nodeId(),
        1);
  }

  private static CallContext anonymous() {
    return CallContext.background(Duration.ofSeconds(10));
  }

  private static CallContext call() {
    return CallContext.start(
        CallContext.newRequestId(), CallContext.newTraceparent(), Duration.ofSeconds(10), "token");
  }

  private static WeftError errorOf(Future<?> call) {
    return ObjectBed.errorOf(call);
  }
}

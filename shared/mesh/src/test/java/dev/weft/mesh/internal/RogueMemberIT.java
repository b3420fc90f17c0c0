package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.FreePorts;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.StreamWriter;
import dev.weft.mesh.TestCertificates;
import dev.weft.mesh.TestIdentities;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.trust.RefusedClaims.Kind;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a member can do that has a certificate of another service: speak for itself. {@code shop} is
 * the rogue's service, {@code vault} the one it would like to be.
 */
@Timeout(120)
class RogueMemberIT {
  record Ask(String text) {}

  record Answer(String text) {}

  private static final UnaryEndpoint<Ask, Answer> OPEN =
      Endpoint.unary("vault.open", Ask.class, Answer.class).asOpen();
  private static final StreamEndpoint<Ask, Answer> WATCH =
      Endpoint.stream("vault.watch", Ask.class, Answer.class).asOpen();
  private static final String LOOPBACK = "127.0.0.1";

  private final String name = "lab-" + System.nanoTime();
  private final List<Integer> ports = FreePorts.find(8);
  private final List<ClusteredMesh> nodes = new CopyOnWriteArrayList<>();
  private final List<RogueMember> rogues = new CopyOnWriteArrayList<>();
  private final Map<String, Promise<Answer>> asked = new ConcurrentHashMap<>();
  private final List<StreamWriter<Answer>> watched = new CopyOnWriteArrayList<>();
  private @Nullable TestCertificates house;
  private @Nullable ClusteredMesh vaultNode;
  private @Nullable ClusteredMesh callerNode;
  private int started;

  private ClusteredMesh vault() {
    return Objects.requireNonNull(vaultNode);
  }

  private ClusteredMesh caller() {
    return Objects.requireNonNull(callerNode);
  }

  @BeforeEach
  void formACluster(@TempDir Path folder) throws Exception {
    house = new TestCertificates(folder, "house");
    vaultNode = node("vault", 0);
    serveVault(vault());
    callerNode = node("caller", 0);
    RogueMember.until(() -> serving(caller()) == 1);
  }

  private void serveVault(ClusteredMesh node) {
    node.mesh()
        .serve(
            OPEN,
            (ask, _) ->
                ask.text().equals("later")
                    ? asked.computeIfAbsent(ask.text(), _ -> Promise.promise()).future()
                    : Future.succeededFuture(new Answer("the vault's " + ask.text())));
    node.mesh().serve(WATCH, (_, _, out) -> watched.add(out));
  }

  @AfterEach
  void stop() {
    rogues.forEach(RogueMember::close);
    for (ClusteredMesh each : nodes) {
      each.mesh().close().await();
      each.vertx().close().await();
    }
  }

  private ClusterOptions where(String service, int busPort) throws Exception {
    int mine = started++;
    return new ClusterOptions(
        LOOPBACK,
        ports.get(mine),
        busPort,
        ports.subList(0, 6).stream().map(port -> LOOPBACK + ":" + port).toList(),
        name,
        Objects.requireNonNull(house).issue(service + mine, List.of(service), LOOPBACK));
  }

  private ClusteredMesh node(String service, int busPort) throws Exception {
    ClusteredMesh node =
        Meshes.clustered(
                new VertxOptions(),
                builder -> builder,
                MeshOptions.named(service, "1").withDrainTimeout(Duration.ofSeconds(1)),
                where(service, busPort),
                _ -> new TestIdentities())
            .await();
    nodes.add(node);
    return node;
  }

  private RogueMember rogue(int busPort, int saidPort) throws Exception {
    return rogue(busPort, saidPort, null);
  }

  private RogueMember rogue(int busPort, int saidPort, @Nullable String claimedId)
      throws Exception {
    RogueMember rogue = new RogueMember(where("shop", busPort), saidPort, claimedId);
    rogues.add(rogue);
    return rogue;
  }

  private RogueMember rogue() throws Exception {
    return rogue(ports.get(6), ports.get(6));
  }

  private static KnownNodes known(ClusteredMesh node) {
    return Objects.requireNonNull(members(node).known());
  }

  private static ClusterMembers members(ClusteredMesh node) {
    return (ClusterMembers) ((VertxInternal) node.vertx()).clusterManager();
  }

  private static String id(ClusteredMesh node) {
    return known(node).own().id();
  }

  private static String recordOf(ClusteredMesh node) {
    return known(node).own().record().text();
  }

  private static long refused(ClusteredMesh node, Kind kind) {
    return known(node).refusals().count(kind);
  }

  private static int serving(ClusteredMesh node) {
    return node.mesh().directory().serving("vault").size();
  }

  private static boolean hears(ClusteredMesh node, String id) {
    return node.mesh().directory().nodes().stream().anyMatch(each -> each.id().equals(id));
  }

  private static CallContext soon() {
    return CallContext.background(Duration.ofSeconds(10));
  }

  private Future<Answer> ask(String text) {
    return caller().mesh().call(OPEN, new Ask(text), soon());
  }

  /** The vault, and nobody else, answers as it did. */
  private void assertServesOn() {
    for (int i = 0; i < 20; i++) {
      assertThat(ask("key " + i).await().text()).isEqualTo("the vault's key " + i);
    }
  }

  @Test
  void whoAnnouncesAnotherServicesEndpointsIsNotCalled() throws Exception {
    RogueMember rogue = rogue();
    rogue.announce(recordOf(caller()), id(caller()), Set.of(OPEN.name(), "shop.sell"));
    RogueMember.until(() -> hears(caller(), rogue.own.node()));
    assertThat(serving(caller())).isEqualTo(1);
    assertThat(caller().mesh().directory().serving("shop")).hasSize(1);
    assertServesOn();
    Future<Answer> direct =
        caller().mesh().callNode(rogue.own.node(), OPEN, new Ask("all"), soon());
    assertThat(failure(direct)).isEqualTo("mesh:node.unavailable");
    assertThat(refused(caller(), Kind.SERVICE)).isPositive();
    assertThat(rogue.kinds).doesNotContain("call");
  }

  @Test
  void aNodeServesNothingThatItsCertificateDoesNotName() throws Exception {
    ClusteredMesh shop = node("shop", 0);
    Future<Void> serving = shop.mesh().serve(OPEN, (_, _) -> Future.succeededFuture());
    assertThat(failure(serving)).isEqualTo("mesh:certificate.denied");
    assertServesOn();
  }

  private static String failure(Future<?> call) {
    try {
      return "no failure but " + call.await();
    } catch (WeftException e) {
      return e.error().code();
    }
  }

  private record Frame(MultiMap headers, Buffer body) {}

  @Test
  void beatsThatAreSaidAgainBringNobodyBack() throws Exception {
    List<Frame> heard = new CopyOnWriteArrayList<>();
    caller()
        .vertx()
        .eventBus()
        .<Buffer>addInboundInterceptor(
            delivery -> {
              MultiMap headers = delivery.message().headers();
              if (id(vault()).equals(headers.get("from")) && "beat".equals(headers.get("k"))) {
                heard.add(
                    new Frame(
                        MultiMap.caseInsensitiveMultiMap().addAll(headers),
                        delivery.message().body().copy()));
              }
              delivery.next();
            });
    RogueMember.until(() -> heard.size() >= 2);
    RogueMember rogue = rogue();
    String vault = vault().mesh().nodeId();
    nodes.remove(vault());
    vault().vertx().close().await(); // without a good-bye
    RogueMember.until(() -> !hears(caller(), vault));
    List<Frame> beats = List.copyOf(heard);
    long before = refused(caller(), Kind.REPLAY);
    for (Frame beat : beats) {
      rogue.send(id(caller()), beat.headers, beat.body);
    }
    RogueMember.until(() -> refused(caller(), Kind.REPLAY) >= before + beats.size());
    assertThat(hears(caller(), vault)).isFalse();

    // To one that has never heard of the vault.
    ClusteredMesh newcomer = node("caller", 0);
    for (Frame beat : beats) {
      rogue.send(id(newcomer), beat.headers, beat.body);
    }
    RogueMember.until(() -> refused(newcomer, Kind.TAG) >= beats.size());
    assertThat(hears(newcomer, vault)).isFalse();
  }

  @Test
  void repliesCountFromWhoWasAskedOnly() throws Exception {
    RogueMember rogue = rogue();
    Future<Answer> pending = ask("later");
    RogueMember.until(() -> asked.containsKey("later"));
    String to = id(caller());
    Buffer lie = Bodies.encode(new Answer("a lie"));
    String call = "1"; // its first

    MultiMap bare = frame("reply", id(vault()), call);
    rogue.send(to, bare, lie);
    RogueMember.until(() -> refused(caller(), Kind.TAG) == 1);

    MultiMap tagged = frame("reply", id(vault()), call);
    rogue.sign(recordOf(caller()), to, tagged, lie);
    rogue.send(to, tagged, lie);
    RogueMember.until(() -> refused(caller(), Kind.TAG) == 2);

    MultiMap itsOwn = frame("reply", rogue.own.id(), call).add("rec", rogue.own.record().text());
    rogue.sign(recordOf(caller()), to, itsOwn, lie);
    rogue.send(to, itsOwn, lie);

    MultiMap changed = frame("reply", rogue.own.id(), call);
    rogue.sign(recordOf(caller()), to, changed, lie);
    rogue.send(to, changed.set("id", "77"), lie);
    RogueMember.until(() -> refused(caller(), Kind.TAG) == 3);

    MultiMap other = frame("reply", rogue.own.id(), call);
    rogue.sign(recordOf(caller()), to, other, lie);
    rogue.send(to, other, Bodies.encode(new Answer("another lie")));
    RogueMember.until(() -> refused(caller(), Kind.TAG) == 4);

    assertThat(pending.isComplete()).isFalse();
    Objects.requireNonNull(asked.get("later")).complete(new Answer("the truth"));
    assertThat(pending.await().text()).isEqualTo("the truth");
    assertServesOn();
  }

  private static MultiMap frame(String kind, String from, String id) {
    return MultiMap.caseInsensitiveMultiMap().add("k", kind).add("id", id).add("from", from);
  }

  @Test
  void streamsCountFromWhoWasAskedOnly() throws Exception {
    RogueMember rogue = rogue();
    List<String> items = new CopyOnWriteArrayList<>();
    Promise<Void> ended = Promise.promise();
    caller()
        .vertx()
        .runOnContext(
            _ ->
                caller()
                    .mesh()
                    .call(WATCH, new Ask("all"), soon())
                    .handler(item -> items.add(item.text()))
                    .exceptionHandler(ended::tryFail)
                    .endHandler(_ -> ended.tryComplete()));
    RogueMember.until(() -> watched.size() == 1);
    watched.getFirst().write(new Answer("first"));
    RogueMember.until(() -> items.size() == 1);
    String to = id(caller());
    Buffer lie = Bodies.encode(new Answer("a lie"));
    int refused = 0;
    for (String kind : List.of("items", "end", "error", "refused", "leaving")) {
      MultiMap headers = frame(kind, id(vault()), "1").add("seq", "1");
      rogue.sign(recordOf(caller()), to, headers, lie);
      rogue.send(to, headers, lie);
      int expected = ++refused;
      RogueMember.until(() -> refused(caller(), Kind.TAG) == expected);
      MultiMap itsOwn =
          frame(kind.equals("leaving") ? "end" : kind, rogue.own.id(), "1")
              .add("seq", "1")
              .add("rec", rogue.own.record().text());
      rogue.sign(recordOf(caller()), to, itsOwn, lie);
      rogue.send(to, itsOwn, lie);
    }
    // The producer believes no forged word of the reader either.
    MultiMap cancel = frame("cancel", to, "1");
    rogue.sign(recordOf(vault()), id(vault()), cancel, Buffer.buffer());
    rogue.send(id(vault()), cancel, Buffer.buffer());
    RogueMember.until(() -> refused(vault(), Kind.TAG) == 1);
    watched.getFirst().write(new Answer("second"));
    RogueMember.until(() -> items.size() == 2);
    assertThat(ended.future().isComplete()).isFalse();
    watched.getFirst().end();
    ended.future().await();
    assertThat(items).containsExactly("first", "second");
    assertServesOn();
  }

  @Test
  void anInboxThatIsRegisteredTwiceGetsNothingOfItsOwners() throws Exception {
    assertServesOn();
    RogueMember rogue = rogue();
    rogue.listenAt(id(vault()));
    rogue.listenAt(id(caller()));
    assertServesOn();
    ClusteredMesh newcomer = node("caller", 0);
    RogueMember.until(() -> serving(newcomer) == 1);
    assertThat(newcomer.mesh().call(OPEN, new Ask("door"), soon()).await().text())
        .isEqualTo("the vault's door");
    assertServesOn();
    assertThat(rogue.received).doesNotContain(Wire.inbox(id(vault())), Wire.inbox(id(caller())));
  }

  @Test
  void whereANodeListensIsNotHazelcastsToSay() throws Exception {
    RogueMember rogue = rogue();
    rogue.redirect(id(vault()));
    rogue.redirect(id(caller()));
    ClusteredMesh newcomer = node("caller", 0);
    RogueMember.until(() -> serving(newcomer) == 1);
    assertThat(newcomer.mesh().call(OPEN, new Ask("door"), soon()).await().text())
        .isEqualTo("the vault's door");
    assertThat(refused(newcomer, Kind.RECORD)).isPositive();
    assertServesOn();
    assertThat(rogue.received)
        .doesNotContain(
            Wire.inbox(id(vault())), Wire.inbox(id(caller())), Wire.inbox(id(newcomer)));
  }

  @Test
  void aRecordWithAnotherNodesAddressHasNoEffect() throws Exception {
    int vaultPort = known(vault()).own().record().port();
    RogueMember rogue = rogue(ports.get(6), vaultPort);
    RogueMember.until(() -> refused(caller(), Kind.ADDRESS) > 0);
    assertThat(hears(caller(), rogue.own.node())).isFalse();
    assertServesOn();
    assertThat(refused(vault(), Kind.ADDRESS)).isPositive();
  }

  @Test
  void whoTakesAnothersIdInHazelcastAndLeavesTakesNobodyAlong() throws Exception {
    Future<Answer> pending = ask("later");
    RogueMember.until(() -> asked.containsKey("later"));
    RogueMember rogue = rogue(ports.get(6), ports.get(6), id(vault()));
    RogueMember.until(() -> members(caller()).getNodes().size() == 3);
    rogues.remove(rogue);
    rogue.close();
    RogueMember.until(() -> members(caller()).getNodes().size() == 2);
    assertServesOn();
    Objects.requireNonNull(asked.get("later")).complete(new Answer("the truth"));
    assertThat(pending.await().text()).isEqualTo("the truth");
    assertThat(rogue.received).doesNotContain(Wire.inbox(id(caller())));
    assertThat(rogue.kinds).doesNotContain("call");
  }

  @Test
  void whoClaimsAnAddressFirstLosesItToWhoListensThere() throws Exception {
    RogueMember rogue = rogue(ports.get(6), ports.get(7));
    RogueMember.until(() -> known(caller()).find(rogue.own.id()) != null);
    ClusteredMesh honest = node("store", ports.get(7));
    RogueMember.until(() -> hears(caller(), honest.mesh().nodeId()));
    assertThat(refused(caller(), Kind.SERVER)).isPositive();
    assertServesOn();
  }

  @Test
  void aServerWithAnotherCertificateThanTheNodesGetsNothing() throws Exception {
    // Each listens where the other's record says, as if it had taken that port over.
    RogueMember one = rogue(ports.get(6), ports.get(7));
    RogueMember other = rogue(ports.get(7), ports.get(6));
    RogueMember.until(
        () -> refused(caller(), Kind.SERVER) >= 2 && refused(vault(), Kind.SERVER) >= 2);
    assertThat(one.received).isEmpty();
    assertThat(other.received).isEmpty();
    assertServesOn();
  }
}

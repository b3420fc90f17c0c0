package dev.weft.durable.sim;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.Claim;
import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.store.Commit;
import dev.weft.durable.internal.store.CommitResult;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.MemoryObjectStore;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.ObjectStore.Lane;
import dev.weft.durable.internal.store.ObjectStore.Range;
import dev.weft.durable.sim.World.Place;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One node's way to the database: what is asked arrives some time later, and its answer again later
 * or never.
 */
final class SimStore {
  private static final Range ALL = new Range(null, true, null, false, Integer.MAX_VALUE);

  private final World world;
  private final Ledger ledger;
  private final Faults faults;
  private final MemoryObjectStore database;
  private final Place server;
  private final Place node;

  SimStore(
      World world,
      Ledger ledger,
      Faults faults,
      MemoryObjectStore database,
      Place server,
      Place node) {
    this.world = world;
    this.ledger = ledger;
    this.faults = faults;
    this.database = database;
    this.server = server;
    this.node = node;
  }

  @SuppressWarnings("unchecked") // as the methods of the store are declared
  ObjectStore store() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, args) ->
                switch (method.getName()) {
                  case "register" -> {
                    ledger.leased((String) args[0], lease((Duration) args[3]));
                    yield method.invoke(database, args);
                  }
                  case "renew" -> {
                    Future<Boolean> alive = database.renew((String) args[0], (Duration) args[1]);
                    if (alive.result()) {
                      ledger.leased((String) args[0], lease((Duration) args[1]));
                    }
                    yield alive;
                  }
                  case "claim" -> claim((String) args[0], (List<Claim>) args[1]);
                  case "openLane" -> new SimLane((String) args[0]);
                  case "read" ->
                      faults.readFails()
                          ? ask("a read fails", () -> Future.failedFuture("no connection"))
                          : ask(
                              "reads " + args[1],
                              () -> database.read((ObjectId) args[0], (List<Key>) args[1]));
                  case "range" ->
                      ask("lists", () -> database.range((ObjectId) args[0], (Range) args[1]));
                  case "confirm" ->
                      ask(
                          "confirms",
                          () -> database.confirm((List<ObjectId>) args[0], (List<Long>) args[1]));
                  default -> method.invoke(database, args);
                });
  }

  /** When a node that counts as the runtime does must hold its lease for lost. */
  private long lease(Duration ttl) {
    return world.millis() + ttl.toMillis() * 9 / 10;
  }

  private <T> Future<T> ask(String what, Supplier<Future<T>> question) {
    Promise<T> answer = Promise.promise();
    world.later(
        server,
        node.name + " " + what,
        () -> {
          Future<T> answered = question.get();
          world.later(node, "hears: " + what, () -> answered.onComplete(answer));
        });
    return answer.future();
  }

  // ---- claims

  private Future<List<ClaimResult>> claim(String incarnation, List<Claim> claims) {
    boolean lost = faults.claimAnswerIsLost();
    Promise<List<ClaimResult>> answer = Promise.promise();
    world.later(
        server,
        node.name + " claims " + claims.stream().map(Claim::id).toList(),
        () -> {
          List<ClaimResult> results = database.claim(incarnation, claims).result();
          List<Life> lives = new ArrayList<>();
          for (int i = 0; i < claims.size(); i++) {
            if (results.get(i) instanceof ClaimResult.Claimed claimed) {
              ObjectId id = claims.get(i).id();
              lives.add(ledger.claimed(id, claimed.epoch(), incarnation, node, content(id)));
            }
          }
          world.later(
              node,
              lost ? "hears nothing of its claim" : "hears of its claim: " + lives,
              () -> {
                if (lost) {
                  answer.fail("no connection");
                } else {
                  lives.forEach(ledger::told);
                  answer.complete(results);
                }
              });
        });
    return answer.future();
  }

  private SortedMap<String, Long> content(ObjectId id) {
    SortedMap<String, Long> content = new TreeMap<>();
    database
        .range(id, ALL)
        .result()
        .forEach(
            (key, value) ->
                content.put(key.text(), Long.valueOf(new String(value, StandardCharsets.UTF_8))));
    database
        .alarms(id)
        .result()
        .forEach((name, row) -> content.put(Life.alarmKey(name), row.dueMillis()));
    return content;
  }

  // ---- commits

  private final class SimLane implements Lane {
    private final String incarnation;
    private final Lane lane;

    SimLane(String incarnation) {
      this.incarnation = incarnation;
      // The statement may be on its way when the lease runs out.
      this.lane = database.openLane(incarnation, () -> true);
    }

    @Override
    public Future<List<CommitResult>> commit(List<Commit> batch) {
      Promise<List<CommitResult>> answer = Promise.promise();
      List<CommitResult> unknown =
          batch.stream().<CommitResult>map(_ -> new CommitResult.Unknown()).toList();
      switch (faults.ofCommit()) {
        case NONE -> world.later(server, commits(batch), () -> hears(batch, apply(batch), answer));
        case REFUSED ->
            world.later(server, commits(batch), () -> hears(batch, refuse(batch), answer));
        case LOST_BEFORE -> hears(batch, unknown, answer);
        case LOST_AFTER ->
            world.later(
                server,
                commits(batch),
                () -> {
                  apply(batch);
                  hears(batch, unknown, answer);
                });
        case LATE -> {
          world.later(server, commits(batch) + ", given up", () -> apply(batch));
          hears(batch, unknown, answer);
        }
      }
      return answer.future();
    }

    private String commits(List<Commit> batch) {
      return node.name
          + " commits "
          + batch.stream().map(commit -> commit.id() + "/" + commit.seq()).toList();
    }

    private List<CommitResult> apply(List<Commit> batch) {
      List<CommitResult> results = lane.commit(batch).result();
      for (int i = 0; i < batch.size(); i++) {
        Commit commit = batch.get(i);
        Life life = ledger.life(commit.id(), commit.epoch());
        if (results.get(i) instanceof CommitResult.Committed) {
          ledger.committed(life, content(commit.id()));
          world.note(server, life + " is durable up to " + life.durable);
        }
      }
      return results;
    }

    /** The database will not have the first; the others it takes. */
    private List<CommitResult> refuse(List<Commit> batch) {
      WeftError error = WeftError.of("sim:value", Reason.INVALID, "refused");
      List<CommitResult> results = new ArrayList<>();
      results.add(new CommitResult.Refused(error));
      results.addAll(apply(batch.subList(1, batch.size())));
      return results;
    }

    private void hears(
        List<Commit> batch, List<CommitResult> results, Promise<List<CommitResult>> answer) {
      String what = results.stream().map(result -> result.getClass().getSimpleName()).toList() + "";
      world.later(
          node,
          "hears " + what,
          () -> {
            for (int i = 0; i < batch.size(); i++) {
              Life life = ledger.life(batch.get(i).id(), batch.get(i).epoch());
              if (results.get(i) instanceof CommitResult.Committed) {
                life.heard = life.durable;
              } else {
                life.over = true;
              }
            }
            answer.complete(results);
          });
    }

    @Override
    public Future<Void> close() {
      return lane.close();
    }

    @Override
    public String toString() {
      return incarnation;
    }
  }
}

package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of what a turn wrote, and when. */
final class WritesTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void whatATurnWritesIsOneCommit() {
    lab.ping("a");
    lab.run(
        "a",
        self -> {
          for (int i = 0; i < 10; i++) {
            self.storage.put("key" + i, i);
          }
          return 0;
        });
    assertThat(lab.commits("a")).isEqualTo(1);
  }

  @Test
  void aWaitEndsWhatIsCommittedAsOne() {
    lab.run(
        "a",
        self -> {
          for (int i = 0; i < 10; i++) {
            self.storage.put("key" + i, i);
            self.storage.sync();
          }
          return 0;
        });
    assertThat(lab.commits("a")).isEqualTo(10);
  }

  @Test
  void turnsThatComeWhileACommitIsUnderWayShareTheNext() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Stub<Lab.Probe> stub = lab.stub("a");
    List<Future<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(
          lab.call(
              stub,
              self -> {
                lab.seen.add("turn");
                return self.add("value", 1);
              }));
    }
    ObjectBed.until(() -> commits.waiting() == 1 && lab.seen.all().size() == 20);
    commits.open();
    Future.all(calls).await();
    assertThat(lab.commits("a")).isEqualTo(2);
    assertThat(lab.stored("a", "value")).isEqualTo(20);
  }

  @Test
  void aReadThatWroteNothingIsNoCommit() {
    lab.ping("a");
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.commits("a")).isZero();
  }

  @Test
  void whatWasWrittenBeforeAnErrorIsKept() {
    WeftError error =
        ObjectBed.errorOf(
            lab.call(
                "a",
                self -> {
                  self.add("first", 1);
                  self.context.outside(() -> Future.succeededFuture(1));
                  self.add("second", 1);
                  throw new IllegalStateException("after two writes");
                }));
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
    assertThat(lab.stored("a", "first")).isEqualTo(1);
    assertThat(lab.stored("a", "second")).isEqualTo(1);
  }

  @Test
  void abortUndoesWhatIsNotCommitted() {
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.add("kept", 1);
              self.storage.sync();
              self.add("undone", 1);
              throw self.context.abort("enough");
            });
    assertThat(Lab.codeOf(call)).isEqualTo("object:aborted.unavailable");
    assertThat(lab.count("a", "kept")).isEqualTo(1);
    assertThat(lab.count("a", "undone")).isZero();
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void abortUndoesWhatIsBeingCommittedOrSaysThatItIsUnknown() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> write = lab.call(stub, self -> self.add("value", 1));
    ObjectBed.until(() -> commits.waiting() == 1);
    Future<Integer> abort =
        lab.call(
            stub,
            self -> {
              throw self.context.abort("enough");
            });
    assertThat(ObjectBed.errorOf(write).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(ObjectBed.errorOf(abort).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    commits.open();
  }

  @Test
  void aConstructorThatThrowsHasWrittenNothing() {
    lab.onConstruct =
        self -> {
          self.add("value", 1);
          throw new IllegalStateException("not today");
        };
    WeftError error = ObjectBed.errorOf(lab.call("a", self -> self.count("value")));
    assertThat(error.code()).isEqualTo("object:internal");
    assertThat(error.details()).containsEntry("errorText", "not today");
    lab.onConstruct = _ -> "";
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.commits("a")).isZero();
  }

  @Test
  void whatAConstructorWritesIsCommittedWithTheFirstTurn() {
    lab.onConstruct = self -> self.add("value", 1);
    lab.ping("a");
    assertThat(lab.commits("a")).isEqualTo(1);
    assertThat(lab.count("a", "value")).isEqualTo(1);
  }

  @Test
  void deleteAllInTheMiddleKeepsWhatComesAfter() {
    lab.fill("a");
    lab.run(
        "a",
        self -> {
          self.storage.put("before", 1);
          self.storage.deleteAll();
          self.storage.put("after", 1);
          assertThat(self.storage.list(Integer.class)).containsOnlyKeys("after");
          return 0;
        });
    lab.evict("a");
    List<String> keys =
        lab.run("a", self -> List.copyOf(self.storage.list(Integer.class).keySet()));
    assertThat(keys).containsExactly("after");
  }

  @Test
  void deleteAllOfOneTurnDoesNotReachWhatTheNextOneWrites() {
    Gate commits = lab.store.hold(Operation.COMMIT);
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> first = lab.call(stub, self -> self.add("first", 1));
    ObjectBed.until(() -> commits.waiting() == 1);
    Future<Integer> second = lab.call(stub, self -> self.add("second", 1));
    Future<Integer> clear =
        lab.call(
            stub,
            self -> {
              self.storage.deleteAll();
              return 0;
            });
    Future<Integer> third = lab.call(stub, self -> self.add("third", 1));
    commits.open();
    Future.all(first, second, clear, third).await();
    assertThat(lab.stored("a", "third")).isEqualTo(1);
    assertThat(lab.count("a", "first") + lab.count("a", "second")).isZero();
  }

  @Test
  void deleteSaysWhatWasThere() {
    lab.fill("a");
    lab.run(
        "a",
        self -> {
          assertThat(self.storage.delete("fill299")).isTrue();
          assertThat(self.storage.delete("fill299")).isFalse();
          assertThat(self.storage.delete(List.of("fill297", "fill298", "fill299", "no")))
              .isEqualTo(2);
          assertThat(self.storage.get("fill298", Integer.class)).isEmpty();
          return 0;
        });
    assertThat(lab.stored("a", "fill298")).isZero();
  }

  record Note(String text, Instant at, Map<String, List<Integer>> more) {}

  @Test
  void valuesAreCopiesAndComeBackAsTheyWere() {
    Note note = new Note("é\uD83D\uDE00", Instant.ofEpochSecond(9, 5), Map.of("a", List.of(1, 2)));
    lab.run(
        "a",
        self -> {
          List<Integer> list = new ArrayList<>(List.of(1));
          byte[] bytes = {1, 2};
          self.storage.put("list", list);
          self.storage.put("bytes", bytes);
          self.storage.put("note", note);
          list.add(2);
          bytes[0] = 9;
          assertThat(self.storage.get("list", List.class)).contains(List.of(1));
          self.storage.get("list", List.class).orElseThrow().clear();
          self.storage.get("bytes", byte[].class).orElseThrow()[1] = 9;
          return 0;
        });
    lab.evict("a");
    lab.run(
        "a",
        self -> {
          assertThat(self.storage.get("list", List.class)).contains(List.of(1));
          assertThat(self.storage.get("bytes", byte[].class)).contains(new byte[] {1, 2});
          assertThat(self.storage.get("note", Note.class)).contains(note);
          return 0;
        });
  }

  @Test
  void typesWithParametersComeBackAsTheyWere() {
    List<Note> notes = List.of(new Note("a", Instant.ofEpochSecond(9), Map.of()));
    TypeReference<List<Note>> type = new TypeReference<>() {};
    lab.run(
        "a",
        self -> {
          self.storage.put("n1", notes);
          self.storage.put("bytes", new byte[] {1, 2});
          self.storage.put("text", "text");
          return 0;
        });
    lab.evict("a");
    lab.run(
        "a",
        self -> {
          assertThat(self.storage.get("n1", type)).contains(notes);
          assertThat(self.storage.get("n2", type)).isEmpty();
          assertThat(self.storage.get(List.of("n1", "n2"), type)).isEqualTo(Map.of("n1", notes));
          assertThat(self.storage.list(ListOptions.prefix("n"), type))
              .isEqualTo(Map.of("n1", notes));
          assertThat(self.storage.get("bytes", new TypeReference<byte[]>() {}))
              .contains(new byte[] {1, 2});
          WeftError error = ObjectBed.errorOf(() -> self.storage.get("text", type));
          assertThat(error.code()).isEqualTo("object:value.invalid");
          assertThat(error.message()).contains("java.util.List<").contains("an array");
          return 0;
        });
  }

  @Test
  void whatIsNoValueIsRefusedAndChangesNothing() {
    List<Object> noJson = new ArrayList<>();
    noJson.add(noJson);
    lab.run(
        "a",
        self -> {
          self.storage.put("key", "before");
          WeftError error = ObjectBed.errorOf(() -> self.storage.put("key", noJson));
          assertThat(error.code()).isEqualTo("object:value.invalid");
          error = ObjectBed.errorOf(() -> self.storage.put(Map.of("key", "x", "no", noJson)));
          assertThat(error.code()).isEqualTo("object:value.invalid");
          assertThat(self.storage.get("key", String.class)).contains("before");
          error = ObjectBed.errorOf(() -> self.storage.get("key", Note.class));
          assertThat(error.code()).isEqualTo("object:value.invalid");
          return 0;
        });
    lab.evict("a");
    String kept = lab.run("a", self -> self.storage.get("key", String.class, ""));
    assertThat(kept).isEqualTo("before");
  }

  @Test
  void whatAConstructorDeletedStaysDeletedHoweverSmallTheCache() {
    try (Lab small = new Lab(ObjectLimits.DEFAULT.withCacheBytes(10))) {
      small.run("a", self -> self.add("value", 1));
      small.evict("a");
      small.onConstruct =
          self -> {
            self.storage.deleteAll();
            self.storage.put("other", "more than the cache holds");
            return "";
          };
      assertThat(small.count("a", "value")).isZero();
      small.onConstruct = _ -> "";
      assertThat(small.count("a", "value")).isZero();
      assertThat(small.stored("a", "value")).isZero();
    }
  }
}

package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** While a critical section runs nobody else does; one that fails takes the instance with it. */
final class CriticalSectionTest {
  private static final Duration LIMIT = Duration.ofMillis(300);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void othersWaitAndItsValueComesBack() {
    Promise<Integer> outside = Promise.promise();
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> call =
        lab.call(
            stub,
            self ->
                self.context.blockConcurrencyWhile(
                    () -> {
                      lab.seen.add("in");
                      int value = self.context.await(outside.future());
                      lab.seen.add("out");
                      return value;
                    }));
    Future<Integer> ping =
        lab.call(
            stub,
            _ -> {
              lab.seen.add("ping");
              return 0;
            });
    ObjectBed.until(() -> lab.seen.all().contains("in"));
    lab.ping("other");
    outside.complete(7);
    assertThat(call.await()).isEqualTo(7);
    ping.await();
    assertThat(lab.seen.all()).containsExactly("in", "out", "ping");
  }

  @Test
  void aTurnThatWaitedBeforeWaitsLonger() {
    Promise<Integer> outside = Promise.promise();
    Promise<Integer> within = Promise.promise();
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> waiting =
        lab.call(
            stub,
            self -> {
              lab.seen.add("waits");
              self.context.await(outside.future());
              lab.seen.add("goes on");
              return 0;
            });
    Future<Integer> section =
        lab.call(
            stub,
            self ->
                self.context.blockConcurrencyWhile(
                    () -> {
                      lab.seen.add("in");
                      self.context.await(within.future());
                      lab.seen.add("out");
                      return 0;
                    }));
    ObjectBed.until(() -> lab.seen.all().contains("in"));
    outside.complete(1);
    lab.ping("other");
    within.complete(1);
    Future.all(waiting, section).await();
    assertThat(lab.seen.all()).containsExactly("waits", "in", "out", "goes on");
  }

  @Test
  void anErrorResetsTheObjectForAllWhoWait() {
    Promise<Integer> outside = Promise.promise();
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> call =
        lab.call(
            stub,
            self -> {
              self.add("value", 1);
              try {
                return self.context.blockConcurrencyWhile(
                    () -> {
                      lab.seen.add("in");
                      self.add("within", 1);
                      self.context.await(outside.future());
                      self.add("value", 10);
                      throw new IllegalArgumentException("no");
                    });
              } catch (RuntimeException e) {
                // It cannot be kept from resetting the object.
                return 5;
              }
            });
    Future<Integer> ping = lab.call(stub, _ -> 0);
    ObjectBed.until(
        () ->
            lab.seen.all().contains("in")
                && lab.bed.objects.inspector().inspect(lab.id("a")).await().active()
                    instanceof ObjectInspector.Active active
                && active.queued() == 1
                && active.uncommitted() == 0);
    outside.complete(1);
    for (Future<Integer> each : new Future[] {call, ping}) {
      WeftError error = ObjectBed.errorOf(each);
      assertThat(error.code()).isEqualTo("object:internal");
      assertThat(error.details()).containsEntry("errorText", "no");
    }
    // What was committed while it waited is kept, the rest is not.
    assertThat(lab.count("a", "value")).isEqualTo(1);
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void oneOfTheConstructorDoesTheSame() {
    lab.onConstruct =
        self ->
            self.context.blockConcurrencyWhile(
                () -> {
                  throw new IllegalArgumentException("no");
                });
    assertThat(Lab.codeOf(lab.call("a", _ -> 0))).isEqualTo("object:internal");
    lab.onConstruct = self -> self.context.blockConcurrencyWhile(() -> self.add("value", 1));
    assertThat(lab.count("a", "value")).isEqualTo(1);
  }

  @Test
  void oneMayHaveNoResult() {
    lab.run(
        "a",
        self -> {
          self.context.blockConcurrencyWhile(
              () -> {
                Thread.sleep(0);
                self.storage.put("value", 2);
              });
          return 0;
        });
    assertThat(lab.count("a", "value")).isEqualTo(2);
  }

  private static int nest(Lab.ProbeObject self, int depth) {
    return depth == 0 ? 1 : self.context.blockConcurrencyWhile(() -> 1 + nest(self, depth - 1));
  }

  @Test
  void sectionsNest64Deep() {
    int depth = lab.run("a", self -> nest(self, 64));
    assertThat(depth).isEqualTo(65);
    WeftError error = ObjectBed.errorOf(lab.call("a", self -> nest(self, 65)));
    assertThat(error.code()).isEqualTo("object:aborted.unavailable");
    lab.ping("a");
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void oneThatNeverEndsIsGivenUp() {
    never(self -> self.context.blockConcurrencyWhile(() -> forEver(self)));
  }

  @Test
  void aTransactionThatNeverEndsIsGivenUp() {
    never(self -> self.storage.transaction(() -> forEver(self)));
  }

  private int forEver(Lab.ProbeObject self) {
    lab.seen.add("in");
    return self.context.await(Promise.<Integer>promise().future());
  }

  private void never(Lab.Body<Integer> body) {
    try (Lab impatient = new Lab(ObjectLimits.DEFAULT.withTurn(LIMIT))) {
      Stub<Lab.Probe> stub = impatient.stub("a");
      Future<Integer> call = impatient.call(stub, body);
      Future<Integer> queued = impatient.call(stub, _ -> 0);
      assertThat(Lab.codeOf(call)).isEqualTo("object:turn.timeout");
      assertThat(Lab.codeOf(queued)).isEqualTo("object:turn.timeout");
      impatient.ping("a");
      assertThat(impatient.instances).hasValue(2);
    }
    assertThat(lab.seen.all()).containsExactly("in");
  }
}

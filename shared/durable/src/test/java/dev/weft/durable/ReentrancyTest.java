package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An object that is called by a call it waits for would wait for itself: refused at once. */
final class ReentrancyTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private long calling(String name, long body) {
    return lab.number(
        self -> {
          self.context.objects().get(Lab.PROBES, name).run(body);
          return 0;
        });
  }

  private static void assertRefused(Future<?> call) {
    WeftError error = ObjectBed.errorOf(call);
    assertThat(error.code()).isEqualTo("object:reentrancy.conflict");
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
  }

  private Future<Integer> call(String name, long body) {
    return lab.stub(name)
        .call(
            probe -> {
              probe.run(body);
              return 0;
            });
  }

  @Test
  void alsoByWhatIsStartedOutsideWhenTheWritesBeforeItAreDurable() {
    long inner = lab.number(_ -> 0);
    for (boolean writes : new boolean[] {false, true}) {
      Future<Integer> call =
          lab.call(
              "a",
              self -> {
                if (writes) {
                  self.add("value", 1);
                }
                Stub<Lab.Probe> own = self.context.objects().stub(Lab.PROBES, "a");
                return self.context.outside(
                    () ->
                        own.call(
                            probe -> {
                              probe.run(inner);
                              return 0;
                            }));
              });
      assertThat(Lab.codeOf(call)).isEqualTo("object:reentrancy.conflict");
    }
  }

  @Test
  void byItself() {
    assertRefused(call("a", calling("a", lab.number(_ -> 0))));
    lab.ping("a");
  }

  @Test
  void throughAnother() {
    assertRefused(call("a", calling("b", calling("a", lab.number(_ -> 0)))));
  }

  @Test
  void throughTwoOthers() {
    assertRefused(call("a", calling("b", calling("c", calling("a", lab.number(_ -> 0))))));
  }

  @Test
  void withinATransactionAndACriticalSection() {
    long back = calling("a", lab.number(_ -> 0));
    assertRefused(
        lab.call(
            "a",
            self ->
                self.storage.transaction(
                    () -> {
                      self.context.objects().get(Lab.PROBES, "b").run(back);
                      return 0;
                    })));
    Future<Integer> section =
        lab.call(
            "a",
            self ->
                self.context.blockConcurrencyWhile(
                    () -> {
                      self.context.objects().get(Lab.PROBES, "b").run(back);
                      return 0;
                    }));
    assertThat(Lab.codeOf(section)).isEqualTo("object:reentrancy.conflict");
    lab.ping("a");
  }

  @Test
  void anErrorOfItCanBeHandled() {
    long back = calling("a", lab.number(_ -> 0));
    String code =
        lab.run(
            "a",
            self ->
                ObjectBed.errorOf(() -> self.context.objects().get(Lab.PROBES, "b").run(back))
                    .code());
    assertThat(code).isEqualTo("object:reentrancy.conflict");
  }

  @Test
  void twoWhoCallOneAnotherWithoutWaitingForThemselvesAreNot() {
    long leaf = lab.number(_ -> 0);
    call("a", calling("b", leaf)).await();
    call("b", calling("a", leaf)).await();
    call("a", calling("b", calling("c", leaf))).await();
  }
}

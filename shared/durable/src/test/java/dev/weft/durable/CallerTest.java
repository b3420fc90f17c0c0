package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller is told whose call cannot be made, or cannot be waited for. */
final class CallerTest {
  private static final Duration TWICE_THE_GRACE = Duration.ofSeconds(2);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void whoMayNotWaitSendsNothing() {
    long body = lab.number(self -> self.add("value", 1));
    Promise<Throwable> thrown = Promise.promise();
    lab.bed.vertx.runOnContext(
        _ -> {
          try {
            lab.stub("a").object().run(body);
          } catch (IllegalStateException e) {
            thrown.complete(e);
          }
        });
    assertThat(thrown.future().await()).hasMessageContaining("Stub.call");
    assertThat(lab.count("a", "value")).isZero();
  }

  @Test
  void whoIsInterruptedDoesNotKnowWhatBecameOfTheCall() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    long body =
        lab.number(
            self -> {
              lab.seen.add("runs");
              latch.await();
              return self.add("value", 1);
            });
    Promise<WeftError> told = Promise.promise();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  told.complete(ObjectBed.errorOf(() -> lab.stub("a").object().run(body)));
                  flag.set(Thread.currentThread().isInterrupted());
                });
    ObjectBed.until(() -> lab.seen.all().contains("runs"));
    caller.interrupt();
    caller.join();
    WeftError error = told.future().await();
    assertThat(error.code()).isEqualTo("object:call.cancelled");
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(flag).isTrue();
    latch.countDown();
    ObjectBed.until(() -> lab.count("a", "value") == 1);
  }

  @Test
  void aNamespaceThatNobodyHostsIsSaidToBeSuch() {
    Namespace<Lab.Probe> nobodys = Namespace.of("nobodys", Lab.Probe.class).asOpen();
    Stub<Lab.Probe> stub = lab.bed.objects.stub(nobodys, "a").withTimeout(TWICE_THE_GRACE);
    WeftError error = ObjectBed.errorOf(() -> stub.object().run(1));
    assertThat(error.message()).contains("No node hosts the namespace nobodys.");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
  }

  @Test
  void aCallThatWasTriedUntilItsTimeWasOverSaysWhy() {
    CountDownLatch latch = new CountDownLatch(1);
    Future<Integer> first =
        lab.call(
            "a",
            _ -> {
              lab.seen.add("first");
              latch.await();
              return 0;
            });
    ObjectBed.until(() -> !lab.seen.all().isEmpty());
    Stub<Lab.Probe> impatient = lab.stub("a").withTimeout(Duration.ofSeconds(5));
    Future<Integer> waiting = lab.call(impatient, _ -> 0);
    ObjectBed.until(
        () ->
            lab.bed.objects.inspector().inspect(lab.id("a")).await().active()
                    instanceof ObjectInspector.Active active
                && active.queued() == 1);
    Gate claims = lab.store.hold(Operation.CLAIM);
    lab.bed.objects.inspector().reset(lab.id("a")).await();
    latch.countDown();
    WeftError error = ObjectBed.errorOf(waiting);
    assertThat(error.code()).isEqualTo("mesh:timeout");
    assertThat(error.message()).contains("The instance of probe/a");
    assertThat(error.details()).containsEntry("last", "object:reset.unavailable");
    claims.open();
    // Its turn had done nothing, so it was made again too.
    assertThat(first.await()).isZero();
  }

  @Test
  void aNamespaceCalledWithOtherRightsNamesTheCure() {
    Namespace<Lab.Probe> forgotten = Namespace.of("probe", Lab.Probe.class);
    WeftError error = ObjectBed.errorOf(() -> lab.bed.objects.get(forgotten, "a").run(1));
    assertThat(error.message()).contains("any identity").contains("open").contains("asOpen");
  }

  @Test
  void aNodeThatHasStoppedSaysSo() {
    Lab stopped = new Lab();
    Stub<Lab.Probe> stub = stopped.stub("a");
    stopped.ping("a");
    stopped.close();
    for (Runnable call :
        List.<Runnable>of(
            () -> stub.object().run(1),
            () -> stopped.call(stub, _ -> 0).await(),
            () -> stub.object().watch().open())) {
      assertThat(ObjectBed.errorOf(call).code()).endsWith("unavailable");
    }
  }
}

package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller is told when something goes wrong, and what is known of the effect. */
final class ErrorsTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  static final class OwnException extends Exception {
    private static final long serialVersionUID = 1L;

    OwnException(String message) {
      super(message);
    }
  }

  @Test
  void whatAMethodThrowsIsInternalWithClassAndText() {
    WeftError error =
        ObjectBed.errorOf(
            lab.call(
                "a",
                _ -> {
                  throw new OwnException("that was it");
                }));
    assertThat(error.code()).isEqualTo("object:internal");
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
    assertThat(error.retryable()).isFalse();
    assertThat(error.message()).endsWith("threw OwnException: that was it");
    assertThat(error.details())
        .containsEntry("errorClass", OwnException.class.getName())
        .containsEntry("errorText", "that was it")
        .containsEntry("object", "probe:" + lab.id("a").hex());
    // It was the method's business: the instance goes on.
    lab.ping("a");
    assertThat(lab.instances).hasValue(1);
  }

  @Test
  void anErrorMeantForTheCallerArrivesAsItIs() {
    WeftError own =
        WeftError.of("shop:stock", Reason.CONFLICT, "Sold out.")
            .withRetryable(true)
            .withDetail("left", 0);
    WeftError error =
        ObjectBed.errorOf(
            lab.call(
                "a",
                _ -> {
                  throw own.exception();
                }));
    assertThat(error).isEqualTo(own);
  }

  @Test
  void whoWaitedForAnErrorIsInItsStack() {
    WeftError own = WeftError.of("shop:stock", Reason.CONFLICT, "Sold out.");
    for (RuntimeException thrown : List.of(own.exception(), new IllegalStateException("broken"))) {
      long body =
          lab.number(
              _ -> {
                throw thrown;
              });
      WeftException seen =
          catchThrowableOfType(WeftException.class, () -> lab.stub("a").object().run(body));
      assertThat(seen.getStackTrace())
          .anyMatch(frame -> frame.getClassName().startsWith(ErrorsTest.class.getName()));
      assertThat(seen.error().code())
          .isEqualTo(thrown instanceof WeftException ? own.code() : ObjectErrors.INTERNAL);
      assertThat(seen).hasMessageContaining(seen.error().message());
    }
  }

  @Test
  void anErrorOfATurnThatWroteSaysThatItHadAnEffect() {
    WeftError own = WeftError.of("shop:stock", Reason.CONFLICT, "Sold out.");
    WeftError error =
        ObjectBed.errorOf(
            lab.call(
                "a",
                self -> {
                  self.add("value", 1);
                  throw own.exception();
                }));
    assertThat(error).isEqualTo(own.withOutcome(Outcome.EXECUTED));
  }

  @Test
  void aCallThatWentOutsideIsNotRepeatedWhenTheStorageFails() {
    lab.fill("a");
    lab.ping("a");
    AtomicInteger outside = new AtomicInteger();
    Future<Integer> call =
        lab.call(
            "a",
            self -> {
              self.context.outside(() -> Future.succeededFuture(outside.incrementAndGet()));
              lab.store.failNext(Operation.READ, new IllegalStateException("down"));
              return self.count("zero");
            });
    WeftError error = ObjectBed.errorOf(call);
    assertThat(error.code()).isEqualTo("object:storage.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
    assertThat(outside).hasValue(1);
  }

  @Test
  void aCallThatDidNothingIsNotRepeatedBehindTheCallersBack() {
    // Calls made after it may have begun by then: only the caller knows whether the order matters.
    lab.fill("a");
    lab.ping("a");
    lab.store.failNext(Operation.READ, new IllegalStateException("down"));
    WeftError error = ObjectBed.errorOf(() -> lab.count("a", "fill299"));
    assertThat(error.code()).isEqualTo("object:storage.unavailable");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(error.retryable()).isTrue();
    assertThat(lab.count("a", "fill299")).isEqualTo(299);
  }

  @Test
  void aClaimThatFailsIsRepeated() {
    lab.store.failNext(Operation.CLAIM, new IllegalStateException("down"));
    assertThat(lab.count("a", "value")).isZero();
  }

  @Test
  void aFullDiskIsToldAtOnceAndEndsByItself() {
    WeftError full =
        WeftError.of("object:storage.full", Reason.UNAVAILABLE, "full")
            .withDetail(WeftError.RETRY_AFTER_MILLIS, 10_000);
    lab.store.refuse(lab.id("a"), full);
    WeftError write = ObjectBed.errorOf(lab.call("a", self -> self.add("value", 1)));
    lab.store.failNext(Operation.CLAIM, full.exception());
    WeftError claim = ObjectBed.errorOf(lab.call("resting", self -> self.count("value")));
    assertThat(List.of(write, claim))
        .allSatisfy(
            error -> {
              assertThat(error.code()).isEqualTo(ObjectErrors.STORAGE_FULL);
              assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
              assertThat(error.retryable()).isTrue();
              assertThat(error.details()).containsKey(WeftError.RETRY_AFTER_MILLIS);
            });
    lab.store.accept(lab.id("a"));
    assertThat(lab.count("a", "value")).isZero();
    assertThat(lab.<Integer>run("a", self -> self.add("value", 1))).isEqualTo(1);
  }

  interface Other {
    int known(int one);

    Object odd();

    void takes(Object value);
  }

  private static final Namespace<Other> OTHERS = Namespace.of("other", Other.class).asOpen();

  private void hostOther() {
    lab.bed.host(
        ObjectClass.of(
            OTHERS,
            _ ->
                new Other() {
                  @Override
                  public int known(int one) {
                    return one;
                  }

                  @Override
                  public Object odd() {
                    return cycle();
                  }

                  @Override
                  public void takes(Object value) {}
                }));
  }

  private static Object cycle() {
    Object[] cycle = new Object[1];
    cycle[0] = cycle;
    return cycle;
  }

  private Future<ObjectReply> raw(String method, String args) {
    ObjectId id = lab.bed.objects.idFromName(OTHERS, "a");
    Fragment json = new Fragment(args.getBytes(StandardCharsets.UTF_8));
    ObjectRequest request =
        new ObjectRequest(id.hex(), "a", method, json, null, 0, 0, 0, List.of(), null, null);
    return lab.bed.mesh.call(
        ObjectEndpoints.call(OTHERS), request, CallContext.background(Duration.ofSeconds(30)));
  }

  @Test
  void whatIsNoCallOfTheInterfaceIsRefused() {
    hostOther();
    assertThat(Lab.codeOf(raw("known", "[1]"))).startsWith("answered");
    assertThat(Lab.codeOf(raw("unknown", "[1]"))).isEqualTo("object:method.not_found");
    assertThat(Lab.codeOf(raw("hashCode", "[]"))).isEqualTo("object:method.not_found");
    assertThat(Lab.codeOf(raw("known", "[]"))).isEqualTo("object:request.invalid");
    assertThat(Lab.codeOf(raw("known", "[1,2]"))).isEqualTo("object:request.invalid");
    assertThat(Lab.codeOf(raw("known", "[\"x\"]"))).isEqualTo("object:request.invalid");
    assertThat(Lab.codeOf(raw("known", "{}"))).isEqualTo("object:request.invalid");
  }

  @Test
  void whatCannotBeCarriedIsAnError() {
    hostOther();
    Other other = lab.bed.objects.get(OTHERS, "a");
    assertThat(ObjectBed.errorOf(() -> other.takes(cycle())).code())
        .isEqualTo("object:request.invalid");
    WeftError odd = ObjectBed.errorOf(other::odd);
    assertThat(odd.code()).isEqualTo("object:internal");
    assertThat(odd.outcome()).isEqualTo(Outcome.EXECUTED);
    assertThat(odd.message()).contains("other.odd").contains("[Ljava.lang.Object;");
    assertThat(other.known(3)).isEqualTo(3);
  }

  @Test
  void abortIsToldToAllWhoWaitAndCannotBeCaught() {
    Promise<Integer> outside = Promise.promise();
    CountDownLatch queued = new CountDownLatch(1);
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> inFlight =
        lab.call(
            stub,
            self -> {
              self.context.await(outside.future());
              lab.seen.add("went on");
              return 0;
            });
    Future<Integer> aborter =
        lab.call(
            stub,
            self -> {
              lab.seen.add("aborter");
              queued.await();
              try {
                throw self.context.abort("my reason");
              } catch (RuntimeException e) {
                return 1;
              }
            });
    ObjectBed.until(() -> lab.seen.all().contains("aborter"));
    Future<Integer> waiting = lab.call(stub, _ -> 0);
    ObjectBed.until(
        () ->
            lab.bed.objects.inspector().inspect(lab.id("a")).await().active()
                    instanceof ObjectInspector.Active active
                && active.queued() == 1);
    queued.countDown();
    for (Future<Integer> each : List.of(inFlight, aborter, waiting)) {
      WeftError error = ObjectBed.errorOf(each);
      assertThat(error.code()).isEqualTo("object:aborted.unavailable");
      assertThat(error.message()).contains("my reason");
      assertThat(error.retryable()).isFalse();
    }
    // The same stub finds the next instance.
    int instance = lab.call(stub, self -> self.instance).await();
    assertThat(instance).isEqualTo(2);
    outside.complete(1);
    lab.ping("a");
    assertThat(lab.seen.all()).containsExactly("aborter");
  }

  @Test
  void aConstructorIsTriedAgainWithTheNextCall() {
    AtomicInteger tries = new AtomicInteger();
    lab.onConstruct =
        _ -> {
          if (tries.incrementAndGet() == 1) {
            throw new OwnException("not yet");
          }
          return 0;
        };
    Stub<Lab.Probe> stub = lab.stub("a");
    WeftError error = ObjectBed.errorOf(lab.call(stub, _ -> 0));
    assertThat(error.code()).isEqualTo("object:internal");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    assertThat(lab.call(stub, _ -> 3).await().intValue()).isEqualTo(3);
  }

  @Test
  void aTurnGoesOnToItsEndWhenItsCallerIsGone() {
    CountDownLatch latch = new CountDownLatch(1);
    lab.count("a", "value"); // made beforehand, so that the turn begins in time
    Stub<Lab.Probe> impatient = lab.stub("a").withTimeout(Duration.ofSeconds(1));
    Future<Integer> call =
        lab.call(
            impatient,
            self -> {
              latch.await();
              return self.add("value", 1);
            });
    assertThat(ObjectBed.errorOf(call).reason()).isEqualTo(Reason.TIMEOUT);
    latch.countDown();
    ObjectBed.until(() -> lab.count("a", "value") == 1);
  }

  @Test
  void aCallWhoseTimeIsOverIsNotBegun() {
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
    Stub<Lab.Probe> impatient = lab.stub("a").withTimeout(Duration.ofMillis(50));
    Future<Integer> late = lab.call(impatient, self -> self.add("value", 1));
    assertThat(ObjectBed.errorOf(late).reason()).isEqualTo(Reason.TIMEOUT);
    latch.countDown();
    first.await();
    assertThat(lab.count("a", "value")).isZero();
  }
}

package dev.weft.durable.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.turn.TurnQueue.Offer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may run in an object, and what waits. */
final class TurnQueueTest {
  private static final int MAX_EVENTS = 4;
  private static final long MAX_BYTES = 100;

  private final List<String> granted = new ArrayList<>();
  private final TurnQueue<String, String> queue =
      new TurnQueue<>(
          new TurnQueue.Runner<>() {
            @Override
            public void start(String event) {
              granted.add("start " + event);
            }

            @Override
            public void resume(String turn) {
              granted.add("resume " + turn);
            }
          },
          MAX_EVENTS,
          MAX_BYTES);

  @Test
  void bytesAreGivenBackWhenAnEventBegins() {
    queue.open();
    assertThat(queue.offer("a", 90)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("b", 90)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("c", 20)).isEqualTo(Offer.FULL);
    assertThat(queue.finish()).isEqualTo("b");
    assertThat(queue.offer("c", 90)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("d", 10)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("e", 1)).isEqualTo(Offer.FULL);
  }

  @Test
  void bytesAreGivenBackWhenEventsAreTakenOut() {
    queue.offer("a", 60);
    queue.offerOwn("own");
    queue.offer("b", 40);
    assertThat(queue.takeOthers()).containsExactly("a", "b");
    assertThat(queue.waiting()).isEqualTo(1);
    assertThat(queue.offer("c", 60)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("d", 40)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("e", 1)).isEqualTo(Offer.FULL);
  }

  @Test
  void oneEventIsTakenHoweverLargeWhenNoneWaits() {
    assertThat(queue.offer("large", 1_000)).isEqualTo(Offer.TAKEN);
    assertThat(queue.offer("small", 1)).isEqualTo(Offer.FULL);
  }

  @Test
  void eventsAreBoundedInNumberAndTheObjectsOwnAreNot() {
    for (int i = 0; i < MAX_EVENTS; i++) {
      assertThat(queue.offer("a", 0)).isEqualTo(Offer.TAKEN);
    }
    assertThat(queue.offer("b", 0)).isEqualTo(Offer.FULL);
    assertThat(queue.offerOwn("own")).isTrue();
  }

  @Test
  void nothingBeginsBeforeTheFirstTurnHasEnded() {
    queue.beginFirst();
    queue.offer("a", 1);
    queue.open();
    assertThat(granted).isEmpty();
    assertThat(queue.begun()).isEqualTo(1);
    assertThat(queue.finish()).isEqualTo("a");
  }

  @Test
  void whileItIsHeldOnlyItsOwnEventsBegin() {
    queue.open();
    queue.offer("running", 1);
    queue.offer("other", 1);
    queue.offerOwn("own");
    queue.hold();
    assertThat(queue.finish()).isEqualTo("own");
    assertThat(queue.isBusy()).isTrue();
    assertThat(queue.finish()).isNull();
    assertThat(queue.isBusy()).isFalse();
    queue.open();
    assertThat(granted).containsExactly("start running", "start other");
  }

  @Test
  void aTurnThatWaitedGoesOnBeforeEvents() {
    queue.open();
    queue.offer("a", 1);
    queue.release();
    queue.offer("b", 1);
    queue.offer("c", 1);
    assertThat(queue.reacquire("a")).isFalse();
    assertThat(queue.finish()).isNull();
    assertThat(granted).containsExactly("start a", "start b", "resume a");
    assertThat(queue.finish()).isEqualTo("c");
  }

  @Test
  void inACriticalSectionOnlyItsTurnGoesOn() {
    queue.open();
    queue.offer("a", 1);
    queue.release();
    queue.offer("b", 1);
    assertThat(queue.enterCritical("b", 2)).isTrue();
    queue.release();
    queue.offer("c", 1);
    assertThat(queue.reacquire("a")).isFalse();
    assertThat(granted).containsExactly("start a", "start b");
    assertThat(queue.reacquire("b")).isFalse();
    assertThat(granted).containsExactly("start a", "start b", "resume b");
    assertThat(queue.enterCritical("b", 2)).isTrue();
    assertThat(queue.enterCritical("b", 2)).isFalse();
    assertThat(queue.leaveCritical()).isFalse();
    assertThat(queue.leaveCritical()).isTrue();
    assertThat(queue.finish()).isNull();
    assertThat(granted).endsWith("resume a");
  }

  @Test
  void afterTheEndNothingBeginsAndWhatWaitedGoesOnToFindOut() {
    queue.open();
    queue.offer("a", 1);
    queue.release();
    queue.offer("b", 1);
    queue.offer("c", 1);
    queue.reacquire("a");
    assertThat(queue.close()).containsExactly("c");
    assertThat(granted).containsExactly("start a", "start b", "resume a");
    assertThat(queue.offer("d", 1)).isEqualTo(Offer.CLOSED);
    assertThat(queue.offerOwn("own")).isFalse();
    assertThat(queue.reacquire("x")).isTrue();
    assertThat(queue.finish()).isNull();
    assertThat(queue.finish()).isNull();
    assertThat(queue.isIdle()).isTrue();
  }
}

package dev.weft.durable.internal.turn;

import dev.weft.contracts.objects.ObjectId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may run in an object: one holder at a time. Events wait in the order they came; a turn that
 * waited for something outside comes before them when it goes on. While a turn has a critical
 * section only that turn runs.
 *
 * <p>Pure bookkeeping without threads or clocks, so that tests can try every interleaving: what is
 * to run next is handed to the {@link Runner}, which must not call back from within. Thread-safe.
 *
 * @param <E> an event waiting for its turn
 * @param <T> a turn
 */
public final class TurnQueue<E, T> {
  private final Runner<E, T> runner;
  private final int maxEvents;
  private final long maxBytes;
  private final Deque<Waiting<E>> mailbox = new ArrayDeque<>();
  private final Deque<T> resuming = new ArrayDeque<>();
  private long bytes;
  private int ownWaiting;
  private boolean open;
  private boolean holding;
  private boolean closed;
  private boolean held;
  private int begun;
  private @Nullable T critical;
  private @Nullable ObjectId awaited;
  private int depth;

  private record Waiting<E>(E event, int bytes, boolean own) {}

  /** Lets things run; each call gives the one permission there is to run in the object. */
  public interface Runner<E, T> {
    /** Begin a turn for the event. */
    void start(E event);

    /** Go on with a turn that waited. */
    void resume(T turn);
  }

  public TurnQueue(Runner<E, T> runner, int maxEvents, long maxBytes) {
    this.runner = runner;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
  }

  /** What became of an event offered. */
  public enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  /** Puts an event at the end of the queue. */
  public synchronized Offer offer(E event, int eventBytes) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (mailbox.size() >= maxEvents || bytes + eventBytes > maxBytes && !mailbox.isEmpty()) {
      return Offer.FULL;
    }
    mailbox.add(new Waiting<>(event, eventBytes, false));
    bytes += eventBytes;
    grantIfFree();
    return Offer.TAKEN;
  }

  /** Puts an event at the end, whatever the bounds: for what the object itself began. */
  public synchronized boolean offerOwn(E event) {
    if (closed) {
      return false;
    }
    mailbox.add(new Waiting<>(event, 0, true));
    ownWaiting++;
    grantIfFree();
    return true;
  }

  /** The first turn begins, before any event: the caller holds the object. */
  public synchronized void beginFirst() {
    held = true;
    begun = 1;
  }

  /** From now on events run. */
  public synchronized void open() {
    open = true;
    holding = false;
    grantIfFree();
  }

  /**
   * From now on no event begins but the object's own, until {@link #open} again; turns begun go on.
   */
  public synchronized void hold() {
    open = false;
    holding = true;
  }

  /**
   * The holder's turn is over.
   *
   * @return the event whose turn the caller is to begin at once; null when there is none, or a turn
   *     that waited goes on instead
   */
  public synchronized @Nullable E finish() {
    begun--;
    if (closed) {
      held = false;
      return null;
    }
    T waited = nextResuming();
    if (waited != null) {
      runner.resume(waited);
      return null;
    }
    Waiting<E> next = nextEvent();
    if (next == null) {
      held = false;
      return null;
    }
    begun++;
    return next.event;
  }

  /** The holder begins to wait for something outside. */
  public synchronized void release() {
    held = false;
    if (!closed) {
      grantIfFree();
    }
  }

  /**
   * A turn that released wants to go on.
   *
   * @return whether it may at once; else the runner resumes it
   */
  public synchronized boolean reacquire(T turn) {
    if (closed) {
      return true;
    }
    if (!held && (critical == null || critical == turn) && resuming.isEmpty()) {
      held = true;
      return true;
    }
    resuming.add(turn);
    grantIfFree();
    return false;
  }

  /** The holder wants nobody else to run until it leaves again; false when nested too deep. */
  public synchronized boolean enterCritical(T turn, int maxDepth) {
    if (depth >= maxDepth) {
      return false;
    }
    critical = turn;
    depth++;
    return true;
  }

  /** See {@link #enterCritical}; whether others may run again. */
  public synchronized boolean leaveCritical() {
    depth--;
    if (depth == 0) {
      critical = null;
    }
    return depth == 0;
  }

  /** The turn with the critical section waits for that object, or for none that is known. */
  public synchronized void awaits(T turn, @Nullable ObjectId object) {
    if (turn == critical) {
      awaited = object;
    }
  }

  /** What the turn with the critical section waits for; null when there is none, or it runs. */
  public synchronized @Nullable ObjectId awaited() {
    return critical == null || held ? null : awaited;
  }

  /** Whether the turn has a critical section. */
  public synchronized boolean isCritical(T turn) {
    return turn == critical;
  }

  /** Whether the event has not begun. */
  public synchronized boolean isWaiting(E event) {
    return mailbox.stream().anyMatch(waiting -> waiting.event == event);
  }

  /** Takes out an event that has not begun; false when it has. */
  public synchronized boolean takeOut(E event) {
    for (Iterator<Waiting<E>> each = mailbox.iterator(); each.hasNext(); ) {
      Waiting<E> waiting = each.next();
      if (waiting.event == event) {
        each.remove();
        bytes -= waiting.bytes;
        return true;
      }
    }
    return false;
  }

  /** No event begins any more; turns that wait go on to find out. Returns the events left over. */
  public synchronized List<E> close() {
    closed = true;
    List<E> left = new ArrayList<>(mailbox.size());
    mailbox.forEach(waiting -> left.add(waiting.event));
    mailbox.clear();
    bytes = 0;
    ownWaiting = 0;
    for (T turn : resuming) {
      runner.resume(turn);
    }
    resuming.clear();
    return left;
  }

  /** Takes out the events that have not begun, except the object's own. */
  public synchronized List<E> takeOthers() {
    List<E> left = new ArrayList<>(mailbox.size());
    for (Waiting<E> waiting : mailbox) {
      if (!waiting.own) {
        left.add(waiting.event);
      }
    }
    mailbox.removeIf(waiting -> !waiting.own);
    bytes = 0;
    return left;
  }

  /** Events that wait. */
  public synchronized int waiting() {
    return mailbox.size();
  }

  /** Turns begun and not ended. */
  public synchronized int begun() {
    return begun;
  }

  /** Whether a turn has begun, or is to begin though the queue is held. */
  public synchronized boolean isBusy() {
    return begun > 0 || ownWaiting > 0;
  }

  /** Whether nothing runs, waits or is to run. */
  public synchronized boolean isIdle() {
    return begun == 0 && mailbox.isEmpty();
  }

  private void grantIfFree() {
    if (held) {
      return;
    }
    T waited = nextResuming();
    if (waited != null) {
      held = true;
      runner.resume(waited);
      return;
    }
    Waiting<E> next = nextEvent();
    if (next != null) {
      held = true;
      begun++;
      runner.start(next.event);
    }
  }

  private @Nullable T nextResuming() {
    if (critical == null) {
      return resuming.poll();
    }
    for (Iterator<T> each = resuming.iterator(); each.hasNext(); ) {
      T turn = each.next();
      if (turn == critical) {
        each.remove();
        return turn;
      }
    }
    return null;
  }

  private @Nullable Waiting<E> nextEvent() {
    if (critical != null) {
      return null;
    }
    Waiting<E> next = open ? mailbox.poll() : holding ? pollOwn() : null;
    if (next != null) {
      bytes -= next.bytes;
      ownWaiting -= next.own ? 1 : 0;
    }
    return next;
  }

  private @Nullable Waiting<E> pollOwn() {
    if (ownWaiting == 0) {
      return null;
    }
    for (Iterator<Waiting<E>> each = mailbox.iterator(); each.hasNext(); ) {
      Waiting<E> waiting = each.next();
      if (waiting.own) {
        each.remove();
        return waiting;
      }
    }
    return null;
  }
}

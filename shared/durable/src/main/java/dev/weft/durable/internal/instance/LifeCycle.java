package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one instance of an object is doing, from the wish to own it to the end. Each state has the
 * data that exist in it and no others, and this class alone goes from one to the next:
 *
 * <pre>
 *             claimed             deployed           constructed
 *  Claiming ----------> Deploying ---------> Opening -----------> Ready
 *     |                     |                 |  ^                |  ^
 *     |                     |         release |  | keep   release |  | keep
 *     |                     |                 v  |                v  |
 *     |                     |               Releasing ---------> Releasing
 *     |                     |               (Opening) constructed (Ready)
 *     |                     |                   |                   |
 *     +---------------------+---------+---------+-------------------+
 *                                     | end, from every state
 *                                     v
 *                                   Over
 * </pre>
 *
 * <p>{@code Releasing} remembers which of the two states it goes back to. Any thread may end an
 * instance at any time, so every step may come too late: from {@code Over} a step does nothing and
 * returns false. A step that is not in the diagram is a mistake of the runtime. It throws where
 * assertions are enabled, as in tests; elsewhere it is logged and does nothing.
 *
 * <p>Thread-safe. A step together with what must happen before anybody sees its state is made while
 * holding this object's monitor.
 *
 * @param <T> what the instance has while it owns its object
 */
public final class LifeCycle<T> {
  private static final Logger log = LoggerFactory.getLogger(LifeCycle.class);
  private static final boolean STRICT = LifeCycle.class.desiredAssertionStatus();

  private volatile State<T> state = new Claiming<>(false);

  /** What an instance is doing. */
  public sealed interface State<T> {
    /** For people, who need not tell apart what lasts for milliseconds only. */
    String word();
  }

  /**
   * The database is asked for the object.
   *
   * @param mayCreate whether something waits that wants the object to be there, so that the claim
   *     may make it
   */
  public record Claiming<T>(boolean mayCreate) implements State<T> {
    @Override
    public String word() {
      return "claiming";
    }
  }

  /** The object is this instance's own, and gets a verticle to run on. */
  public record Deploying<T>() implements State<T> {
    @Override
    public String word() {
      return "claiming";
    }
  }

  /** The object is this instance's own, and turns run. */
  public sealed interface Owning<T> extends State<T> {
    T tenure();
  }

  /** It is not being given up. */
  public sealed interface Living<T> extends Owning<T> {
    @Override
    default String word() {
      return "ready";
    }
  }

  /** The first turn runs the migrations and the constructor. */
  public record Opening<T>(T tenure) implements Living<T> {}

  /**
   * Events are handled.
   *
   * @param object what the factory made
   */
  public record Ready<T>(T tenure, Object object) implements Living<T> {}

  /**
   * The object is being given up: no turn begins; the last commit says that nobody owns it.
   *
   * @param from what it goes back to when it is kept after all
   */
  public record Releasing<T>(Living<T> from) implements Owning<T> {
    @Override
    public T tenure() {
      return from.tenure();
    }

    @Override
    public String word() {
      return "releasing";
    }
  }

  /**
   * The end.
   *
   * @param why null when it was given up
   * @param last the state it ended in: a turn that has begun and not noticed yet belongs to that
   */
  public record Over<T>(@Nullable WeftException why, State<T> last) implements State<T> {
    @Override
    public String word() {
      return "over";
    }
  }

  public State<T> state() {
    return state;
  }

  public boolean isOver() {
    return state instanceof Over<T>;
  }

  /** What it has while it owns its object, or had when it ended; null when it never owned it. */
  public @Nullable T tenure() {
    return tenureOf(state);
  }

  private static <T> @Nullable T tenureOf(State<T> state) {
    if (state instanceof Owning<T> owning) {
      return owning.tenure();
    }
    return state instanceof Over<T> over ? tenureOf(over.last()) : null;
  }

  /** Something has come that wants the object to be there; of interest while it is claimed. */
  public void awaited() {
    if (state instanceof Claiming<T>(boolean mayCreate) && !mayCreate) {
      synchronized (this) {
        if (state instanceof Claiming<T>) {
          state = new Claiming<>(true);
        }
      }
    }
  }

  /** The database says that the object is this instance's own. */
  public synchronized boolean claimed() {
    return go("claimed", state instanceof Claiming<T> ? new Deploying<>() : null);
  }

  /** It has a verticle, and all that it needs for turns. */
  public synchronized boolean deployed(T tenure) {
    return go("deployed", state instanceof Deploying<T> ? new Opening<>(tenure) : null);
  }

  /** The factory has made this. */
  public synchronized boolean constructed(Object object) {
    State<T> next =
        switch (state) {
          case Opening<T>(T tenure) -> new Ready<>(tenure, object);
          case Releasing<T>(Opening<T>(T tenure)) -> new Releasing<>(new Ready<>(tenure, object));
          default -> null;
        };
    return go("constructed", next);
  }

  /** It is to be given up. */
  public synchronized boolean release() {
    return go("release", state instanceof Living<T> living ? new Releasing<>(living) : null);
  }

  /** It is not given up after all. */
  public synchronized boolean keep() {
    return go("keep", state instanceof Releasing<T>(Living<T> from) ? from : null);
  }

  /**
   * It ends.
   *
   * @param why null when it has been given up
   * @return the state it was in; null when it was over already
   */
  public synchronized @Nullable State<T> end(@Nullable WeftException why) {
    State<T> last = state;
    if (last instanceof Over<T>) {
      return null;
    }
    state = new Over<>(why, last);
    return last;
  }

  private boolean go(String step, @Nullable State<T> next) {
    if (state instanceof Over<T>) {
      return false;
    }
    if (next == null) {
      String what = "'" + step + "' is no step from " + state.getClass().getSimpleName();
      if (STRICT) {
        throw new IllegalStateException(what);
      }
      log.error(what);
      return false;
    }
    state = next;
    return true;
  }
}

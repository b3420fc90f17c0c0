package dev.weft.durable.sim;

import dev.weft.durable.sim.World.Place;
import java.lang.Thread.Builder.OfVirtual;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Virtual threads that the simulation runs itself, on its only real thread: a thread that may go on
 * is one more task to choose from. The JDK has the scheduler of its virtual threads as a
 * constructor's parameter but does not publish it; only this class knows.
 */
final class SimThreads {
  private static final Constructor<?> BUILDER = builder();

  private final World world;
  private final List<Thread> started = new ArrayList<>();
  private int count;

  SimThreads(World world) {
    this.world = world;
  }

  private static Constructor<?> builder() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This JDK schedules virtual threads in another way.", e);
    }
  }

  /** Runs the body on a thread of its own, beginning with a task. */
  void start(Place place, Runnable body) {
    String name = "thread " + ++count;
    Executor scheduler = goOn -> world.later(place, name, goOn);
    try {
      Thread thread = ((OfVirtual) BUILDER.newInstance(scheduler)).unstarted(body);
      started.add(thread);
      thread.start();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Threads that wait for ever, because their node is gone, end too. */
  void interruptAll() {
    started.stream().filter(Thread::isAlive).forEach(Thread::interrupt);
  }
}

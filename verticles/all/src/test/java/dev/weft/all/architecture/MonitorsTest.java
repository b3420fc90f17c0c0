package dev.weft.all.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Which code counts as waiting while it holds something. */
class MonitorsTest {

  @Test
  void aMonitorOrLockHeldAcrossAWaitIsFound() throws IOException {
    assertThat(held(Holds.class, Waits.class, Patient.class))
        .extracting(place -> place.replaceAll("^.*?\\$Holds\\.(\\w+)\\(.*", "$1"))
        .containsExactlyInAnyOrder(
            "wholeMethod",
            "block",
            "afterAnEarlyReturn",
            "throughACall",
            "throughAnInterface",
            "locked",
            "inAHandler");
  }

  @Test
  void whatWaitsBeforeOrAfterIsFine() throws IOException {
    assertThat(held(Free.class, Waits.class, Patient.class)).isEmpty();
  }

  private static Set<String> held(Class<?>... types) throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (Class<?> type : types) {
      String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
      try (InputStream in = Objects.requireNonNull(type.getResourceAsStream(file))) {
        files.add(in.readAllBytes());
      }
    }
    return Monitors.heldWhileWaiting(files);
  }

  private interface Waits {
    void waitForIt();
  }

  private record Patient(Future<Void> future) implements Waits {
    @Override
    public void waitForIt() {
      future.await();
    }
  }

  private record Holds(Future<Void> future, Waits waits, ReentrantLock lock, int number) {
    synchronized void wholeMethod() {
      future.await();
    }

    void block() {
      synchronized (lock) {
        future.await();
      }
    }

    int afterAnEarlyReturn() {
      synchronized (lock) {
        if (number == 0) {
          return 1;
        }
        future.await();
      }
      return 2;
    }

    synchronized void throughACall() {
      between();
    }

    private void between() {
      future.await();
    }

    synchronized void throughAnInterface() {
      waits.waitForIt();
    }

    void locked() {
      lock.lock();
      try {
        future.await();
      } finally {
        lock.unlock();
      }
    }

    void inAHandler() {
      synchronized (lock) {
        try {
          lock.hasQueuedThreads();
        } catch (RuntimeException e) {
          future.await();
        }
      }
    }
  }

  private record Free(Future<Void> future, Waits waits, ReentrantLock lock, int number) {
    void afterABlock() {
      synchronized (lock) {
        lock.hasQueuedThreads();
      }
      future.await();
    }

    void afterABlockThatReturnsOrThrows() {
      synchronized (lock) {
        switch (number) {
          case 0 -> {
            return;
          }
          case 1 -> throw new IllegalStateException();
          default -> lock.hasQueuedThreads();
        }
      }
      waits.waitForIt();
    }

    void aroundALock() {
      future.await();
      lock.lock();
      try {
        lock.hasQueuedThreads();
      } finally {
        lock.unlock();
      }
      future.await();
    }

    synchronized Runnable madeButNotRun() {
      return () -> future.await();
    }
  }
}

package dev.weft.all.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.ProcessTag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SupervisorIT {
  private final Recorder seen = new Recorder();
  private final List<Supervisor> supervisors = new CopyOnWriteArrayList<>();

  @AfterEach
  void stopAll() {
    supervisors.forEach(Supervisor::stop);
  }

  @Test
  void aProcessThatDiedIsStartedAgain() throws Exception {
    CompletableFuture<Integer> run = supervise(sh("sleeper", "exec sleep 60"));
    long first = seen.starts.take();
    ProcessHandle process = ProcessHandle.of(first).orElseThrow();
    String tag = ProcessTag.of(process);
    process.destroyForcibly();

    long second = seen.starts.take();

    assertThat(second).isNotEqualTo(first);
    assertThat(seen.deaths).containsExactly("sleeper 137");
    assertThat(seen.ended).containsExactly(tag);
    supervisors.getFirst().stop();
    assertThat(run.get()).isZero();
    assertThat(ProcessHandle.of(second)).isEmpty();
  }

  @Test
  void aProcessWhoseConfigurationIsInvalidStopsTheOthersToo() throws Exception {
    CompletableFuture<Integer> run =
        supervise(sh("sleeper", "exec sleep 60"), sh("broken", "exit 3"));

    assertThat(run.get()).isEqualTo(3);
    assertThat(seen.gaveUp).containsExactly("broken 3");
    assertThat(ProcessHandle.of(seen.starts.take())).isEmpty();
  }

  @Test
  void aPortTakenIsHopelessOnlyAtTheFirstStart() throws Exception {
    // The first life ends by kill, the following ones with "in use": the supervisor keeps trying.
    java.nio.file.Path mark = java.nio.file.Files.createTempFile("weft", "mark");
    supervise(
        sh(
            "door",
            "if [ -s '%s' ]; then exit 7; fi; echo x > '%s'; exec sleep 60".formatted(mark, mark)));
    long first = seen.starts.take();
    assertThat(seen.awaitFileNotEmpty(mark)).isTrue();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    seen.starts.take();

    assertThat(seen.starts.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(seen.gaveUp).isEmpty();
    java.nio.file.Files.delete(mark);
  }

  @Test
  void linesAreReportedWithTheNameOfTheirProcess() throws Exception {
    supervise(sh("talker", "echo hello; exec sleep 60"));

    assertThat(seen.lines.take()).isEqualTo("talker hello");
  }

  @Test
  void aChildSeesTheEndOfItsInputWhenItMustStop() throws Exception {
    supervise(sh("reader", "trap '' TERM; echo ready; cat; echo ended"));
    assertThat(seen.lines.take()).isEqualTo("reader ready");
    supervisors.getFirst().stop();

    assertThat(seen.lines.poll(10, TimeUnit.SECONDS)).isEqualTo("reader ended");
  }

  private CompletableFuture<Integer> supervise(ChildSpec... specs) {
    Supervisor supervisor = new Supervisor(List.of(specs), seen, seen.ended::add);
    supervisors.add(supervisor);
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(supervisor.run());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static ChildSpec sh(String name, String script) {
    return new ChildSpec(name, List.of("/bin/sh", "-c", script), Map.of());
  }

  private static final class Recorder implements Supervisor.Listener {
    final LinkedBlockingQueue<Long> starts = new LinkedBlockingQueue<>();
    final List<String> deaths = new CopyOnWriteArrayList<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final List<String> gaveUp = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Override
    public void started(String name, long pid) {
      starts.add(pid);
    }

    @Override
    public void died(String name, int exitCode, Duration delay) {
      deaths.add(name + " " + exitCode);
    }

    @Override
    public void gaveUp(String name, int exitCode) {
      gaveUp.add(name + " " + exitCode);
    }

    @Override
    public void output(String name, String line) {
      lines.add(name + " " + line);
    }

    boolean awaitFileNotEmpty(java.nio.file.Path file) throws Exception {
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (java.nio.file.Files.size(file) == 0 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      return java.nio.file.Files.size(file) > 0;
    }
  }
}

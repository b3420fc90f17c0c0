package dev.weft.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.history.Operation.Outcome;
import dev.weft.history.RegisterModel.Done;
import dev.weft.history.RegisterModel.Input;
import dev.weft.history.RegisterModel.Output;
import dev.weft.history.RegisterModel.Read;
import dev.weft.history.RegisterModel.Value;
import dev.weft.history.RegisterModel.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @Test
  void theFirstEndOfACallCounts() {
    History<Input, Output> history = new History<>(new AtomicLong()::incrementAndGet);
    History<Input, Output>.Call call = history.invoke("a", new Write(1));
    assertThat(call.unknown()).isTrue();
    assertThat(call.ok(new Done(true))).isFalse();
    assertThat(history.operations())
        .singleElement()
        .extracting(Operation::outcome)
        .isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aCallThatNeverEndsIsUnknown() {
    History<Input, Output> history = new History<>();
    history.invoke("a", new Write(1));
    assertThat(history.operations())
        .singleElement()
        .extracting(Operation::outcome)
        .isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void threadsMayRecordAtOnce() throws InterruptedException {
    History<Input, Output> history = new History<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < 500; n++) {
                      history.invoke("a", new Read()).ok(new Value(0));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(history.operations()).hasSize(2000).doesNotHaveDuplicates();
    assertThat(new LinearizabilityChecker<>(new RegisterModel()).check(history.operations()))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void whatSeveralProcessesWroteIsMerged(@TempDir Path folder) throws IOException {
    Path one = folder.resolve("one.jsonl");
    Path two = folder.resolve("two.jsonl");
    try (History<Input, Output> first = History.writingTo(one, Input.class, Output.class);
        History<Input, Output> second = History.writingTo(two, Input.class, Output.class)) {
      first.invoke("a", new Write(1)).ok(new Done(true));
      second.invoke("a", new Read()).ok(new Value(1));
      first.invoke("a", new Write(2)).failed();
      second.invoke("b", new Read()).unknown();
      List<Operation<Input, Output>> both = new ArrayList<>(first.operations());
      both.addAll(second.operations());
      assertThat(History.read(List.of(one, two), Input.class, Output.class))
          .containsExactlyInAnyOrderElementsOf(both)
          .isSortedAccordingTo((a, b) -> Long.compare(a.invoked(), b.invoked()));
    }
  }

  @Test
  void aLineCutOffByAKillIsLeftOut(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("killed.jsonl");
    try (History<Input, Output> history = History.writingTo(file, Input.class, Output.class)) {
      history.invoke("a", new Write(1));
    }
    Files.writeString(file, "{\"id\":\"x\",\"obj", StandardOpenOption.APPEND);
    assertThat(History.read(List.of(file), Input.class, Output.class))
        .singleElement()
        .extracting(Operation::outcome)
        .isEqualTo(Outcome.UNKNOWN);
  }
}

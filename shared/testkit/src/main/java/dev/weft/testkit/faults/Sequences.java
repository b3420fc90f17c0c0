package dev.weft.testkit.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.Stub;
import dev.weft.testkit.faults.Wire.Work;
import dev.weft.testkit.history.History;
import dev.weft.testkit.history.ListModel;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Long sequences of calls, each through one stub, several of them under way at once and each with a
 * request id of its own, so that none may fail and none may overtake another.
 */
final class Sequences implements Working {
  /** Calls of one stub under way. */
  private static final int WINDOW = 8;

  private final Work work;
  private final Recorder<ListModel.Input, ListModel.Output> recorder;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private Sequences(Work work) throws IOException {
    this.work = work;
    this.recorder = new Recorder<>(work, Workloads.LIST.inputs(), Workloads.LIST.outputs());
  }

  static Sequences begin(DurableObjects objects, Work work) throws IOException {
    Sequences sequences = new Sequences(work);
    for (int i = 0; i < work.callers(); i++) {
      String object = work.prefix() + i % work.objects();
      String stub = "s" + i + "x" + Long.toString(work.seed() & 0xffffff, 36);
      Stub<Namespaces.Items> way =
          objects
              .stub(Namespaces.ITEMS, object)
              .withTimeout(Duration.ofMillis(work.timeoutMillis()));
      sequences.threads.add(
          Thread.ofVirtual().name(stub).start(() -> sequences.loop(way, object, stub)));
    }
    return sequences;
  }

  private void loop(Stub<Namespaces.Items> stub, String object, String name) {
    Semaphore window = new Semaphore(WINDOW);
    for (int number = 0; !over; number++) {
      window.acquireUninterruptibly();
      String id = name + "-" + number;
      ListModel.Append input = new ListModel.Append(id);
      History<ListModel.Input, ListModel.Output>.Call call = recorder.invoke(object, input);
      Future<Integer> answer = stub.withRequestId(id).call(items -> items.append(id));
      answer.onComplete(
          (index, failure) -> {
            if (failure == null) {
              call.ok(new ListModel.Index(index));
            } else {
              recorder.failed(call, object, input, failure);
            }
            window.release();
          });
      if (work.pauseMillis() > 0) {
        try {
          Thread.sleep(work.pauseMillis());
        } catch (InterruptedException e) {
          return;
        }
      }
    }
    window.acquireUninterruptibly(WINDOW);
  }

  @Override
  public Wire.Report stop() throws IOException, InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return recorder.close();
  }
}

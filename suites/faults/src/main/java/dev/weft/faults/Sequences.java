package dev.weft.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.Stub;
import dev.weft.faults.NodeWire.Work;
import dev.weft.history.CounterModel;
import dev.weft.history.History;
import dev.weft.history.ListModel;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Long sequences of calls, each through one stub, many of them under way at once. */
final class Sequences<S, I, O> implements Working {
  private final Kind<S, I, O> kind;
  private final Work work;
  private final Recorder<I, O> recorder;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  /**
   * What is called.
   *
   * @param window calls of one stub under way
   * @param input of the call with this id
   * @param send makes the call with this id
   */
  private record Kind<S, I, O>(
      Workload<S, I, O> workload, int window, Function<String, I> input, Send<S, O> send) {}

  @FunctionalInterface
  private interface Send<S, O> {
    Future<O> send(Stub<S> stub, String id);
  }

  private Sequences(Kind<S, I, O> kind, Work work) throws IOException {
    this.kind = kind;
    this.work = work;
    this.recorder = new Recorder<>(work, kind.workload.inputs(), kind.workload.outputs());
  }

  /** Each call has a request id of its own, so that none may fail and none may overtake another. */
  static Working appends(DurableObjects objects, Work work) throws IOException {
    Kind<Namespaces.Items, ListModel.Input, ListModel.Output> kind =
        new Kind<>(
            Workloads.LIST,
            8,
            ListModel.Append::new,
            (stub, id) ->
                stub.withRequestId(id)
                    .call(items -> items.append(id))
                    .<ListModel.Output>map(ListModel.Index::new));
    return begin(kind, objects, work);
  }

  /** More calls of few objects than these can work off when commits take long. */
  static Working flood(DurableObjects objects, Work work) throws IOException {
    Kind<Namespaces.Counter, CounterModel.Input, Long> kind =
        new Kind<>(
            Workloads.HOT,
            2_000,
            id -> new CounterModel.Add(1),
            (stub, id) -> stub.call(counter -> counter.add(1)));
    return begin(kind, objects, work);
  }

  private static <S, I, O> Working begin(Kind<S, I, O> kind, DurableObjects objects, Work work)
      throws IOException {
    Sequences<S, I, O> sequences = new Sequences<>(kind, work);
    for (int i = 0; i < work.callers(); i++) {
      String object = work.prefix() + i % work.objects();
      String name = "s" + i + "x" + Long.toString(work.seed() & 0xffffff, 36);
      Stub<S> stub =
          objects
              .stub(kind.workload.namespace(), object)
              .withTimeout(Duration.ofMillis(work.timeoutMillis()));
      sequences.threads.add(
          Thread.ofVirtual().name(name).start(() -> sequences.loop(stub, object, name)));
    }
    return sequences;
  }

  private void loop(Stub<S> stub, String object, String name) {
    Semaphore window = new Semaphore(kind.window);
    for (int number = 0; !over; number++) {
      window.acquireUninterruptibly();
      String id = name + "-" + number;
      I input = kind.input.apply(id);
      History<I, O>.Call call = recorder.invoke(object, input);
      kind.send
          .send(stub, id)
          .onComplete(
              (output, failure) -> {
                if (failure == null) {
                  call.ok(output);
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
    window.acquireUninterruptibly(kind.window);
  }

  @Override
  public NodeWire.Report stop() throws IOException, InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return recorder.close();
  }
}

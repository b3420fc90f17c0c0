package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What streams do whether the nodes are one process or many. */
abstract class StreamBehaviour extends MeshBed {
  @Test
  void aStreamComesInOrderAndEnds() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      for (int i = 0; i < 1_000; i++) {
                        out.write(new Item(i));
                      }
                      out.end();
                    }));
    assertThat(read(COUNT, new Ask(""), within(5_000)).done.future().await())
        .isEqualTo(items(1_000));
  }

  @Test
  void aReaderWithoutAContextMissesNothingBeforeItHasSetItsHandlers() {
    Promise<Void> written = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      out.write(new Item(0));
                      out.end();
                      written.complete();
                    }));
    MeshStream<Item> stream = caller().call(COUNT, new Ask(""), within(5_000));
    written.future().await();
    callerVertx().timer(100).await();
    List<Item> seen = new CopyOnWriteArrayList<>();
    Promise<Void> ended = Promise.promise();
    stream.handler(seen::add).exceptionHandler(ended::tryFail).endHandler(_ -> ended.complete());
    ended.future().await();
    assertThat(seen).isEqualTo(items(1));
  }

  @Test
  void aVirtualThreadProducerIsHeldBackByItsReader() {
    AtomicInteger accepted = new AtomicInteger();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      for (int i = 0; i < 10_000; i++) {
                        out.write(new Item(i)).await();
                        accepted.incrementAndGet();
                      }
                      out.end();
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    eventually(() -> accepted.get() >= StreamWindow.ITEMS - 1);
    callerVertx().timer(300).await();
    assertThat(accepted.get()).isLessThanOrEqualTo(StreamWindow.ITEMS);
    assertThat(reading.count).hasValue(0);
    reading.stream().resume();
    assertThat(reading.done.future().await()).isEqualTo(items(10_000));
  }

  @Test
  void anEventLoopProducerThatLooksAtTheQueueIsHeldBackByItsReader() {
    AtomicInteger accepted = new AtomicInteger();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      AtomicInteger next = new AtomicInteger();
                      Runnable fill =
                          () -> {
                            while (!out.writeQueueFull() && next.get() < 10_000) {
                              out.write(new Item(next.getAndIncrement()));
                              accepted.incrementAndGet();
                            }
                            if (next.get() == 10_000) {
                              next.incrementAndGet();
                              out.end();
                            }
                          };
                      out.drainHandler(_ -> fill.run());
                      fill.run();
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    eventually(() -> accepted.get() >= StreamWindow.ITEMS);
    callerVertx().timer(300).await();
    assertThat(accepted.get()).isLessThanOrEqualTo(StreamWindow.ITEMS);
    reading.stream().fetch(10);
    eventually(() -> reading.count.get() == 10);
    callerVertx().timer(100).await();
    assertThat(reading.count).hasValue(10);
    reading.stream().resume();
    assertThat(reading.done.future().await()).isEqualTo(items(10_000));
  }

  @Test
  void aProducerThatIgnoresItsReaderFailsItsStream() {
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      for (int i = 0; i < 5_000; i++) {
                        out.write(new Item(i));
                      }
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000), true);
    cancelled.future().await();
    reading.stream().resume();
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:overloaded");
    assertThat(reading.items).isEqualTo(items(StreamWindow.ITEMS));
  }

  @Test
  void aFailureComesAfterTheItemsBeforeIt() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      out.write(new Item(0));
                      out.write(new Item(1));
                      out.fail(WeftError.of("test", Reason.UPSTREAM, "broke").exception());
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("test:upstream");
    assertThat(reading.items).isEqualTo(items(2));
    assertThat(reading.terminals).hasValue(1);
  }

  @Test
  void aReaderThatCancelsStopsTheProducer() {
    Promise<Void> cancelled = Promise.promise();
    Promise<Throwable> write = Promise.promise();
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      try {
                        for (int i = 0; ; i++) {
                          out.write(new Item(i)).await();
                        }
                      } catch (WeftException e) {
                        write.complete(e);
                      }
                    }));
    Reading<Item> reading = read(COUNT, new Ask(""), within(5_000));
    eventually(() -> reading.count.get() > 100);
    reading.stream().cancel();
    cancelled.future().await();
    assertThat(write.future().await()).hasMessageStartingWith("mesh:cancelled");
    callerVertx().timer(50).await();
    assertThat(reading.terminals).hasValue(0);
  }

  @Test
  void cancellingTheContextFailsTheStreamAndStopsTheProducer() {
    Promise<Void> cancelled = Promise.promise();
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      context.cancellation().onCancel(cancelled::tryComplete);
                      out.write(new Item(0));
                    }));
    CallContext context = within(5_000);
    Reading<Item> reading = read(COUNT, new Ask(""), context);
    eventually(() -> reading.count.get() == 1);
    context.cancellation().cancel();
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:cancelled");
    cancelled.future().await();
  }

  @Test
  void theDeadlineBoundsTheWaitForTheFirstItemOnly() {
    deploy(
        ThreadingModel.EVENT_LOOP,
        () ->
            server()
                .serve(
                    COUNT,
                    (ask, context, out) -> {
                      if (ask.text().equals("late")) {
                        return;
                      }
                      out.write(new Item(0));
                      serverVertx()
                          .timer(700)
                          .onComplete(
                              _ -> {
                                out.write(new Item(1));
                                out.end();
                              });
                    }));
    Reading<Item> slow = read(COUNT, new Ask("slow"), within(400));
    Reading<Item> late = read(COUNT, new Ask("late"), within(400));
    assertThat(failureOf(late.done.future()).code()).isEqualTo("mesh:timeout");
    assertThat(slow.done.future().await()).isEqualTo(items(2));
  }

  @Test
  void aStreamNobodyServesFailsThroughItsExceptionHandler() {
    Reading<Item> reading = read(COUNT, new Ask(""), within(20_000));
    assertThat(failureOf(reading.done.future()).code()).isEqualTo("mesh:unavailable");
  }

  @Test
  void bigItemsComeWhole() {
    byte[] big = new byte[1_500_000];
    new java.util.Random(2).nextBytes(big);
    deploy(
        ThreadingModel.VIRTUAL_THREAD,
        () ->
            server()
                .serve(
                    BYTES,
                    (ask, context, out) -> {
                      for (int i = 0; i < 5; i++) {
                        out.write(new Raw(big)).await();
                        out.write(Raw.of("small " + i)).await();
                      }
                      out.end();
                    }));
    List<Raw> read = read(BYTES, new Ask(""), within(20_000)).done.future().await();
    byte[] all = new byte[read.stream().mapToInt(Raw::length).sum()];
    int at = 0;
    for (Raw each : read) {
      System.arraycopy(each.bytes(), 0, all, at, each.length());
      at += each.length();
    }
    String expected =
        IntStream.range(0, 5)
            .mapToObj(
                i -> new String(big, java.nio.charset.StandardCharsets.ISO_8859_1) + "small " + i)
            .collect(Collectors.joining());
    assertThat(all).isEqualTo(expected.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }
}

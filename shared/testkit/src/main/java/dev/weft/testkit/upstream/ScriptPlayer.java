package dev.weft.testkit.upstream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Plays one {@link Script} on a response. Runs on the connection's event loop. */
final class ScriptPlayer {
  private static final int FLOOD_IN_A_ROW = 64;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RecordedRequest record;
  private final Script script;
  private int next;
  private boolean over;
  private long waitedUntil = System.nanoTime();

  ScriptPlayer(Vertx vertx, HttpServerRequest request, RecordedRequest record, Script script) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.record = record;
    this.script = script;
  }

  void play() {
    response.setStatusCode(script.status());
    script.headers().forEach(response::putHeader);
    response.exceptionHandler(closed -> over = true);
    response.closeHandler(
        closed -> {
          over = true;
          record.end(!response.ended());
        });
    List<Step> steps = script.steps();
    if (steps.size() == 1 && steps.getFirst() instanceof Step.Write(var bytes)) {
      record.wrote(bytes.length());
      response.end(bytes).onComplete(done -> record.end(done.failed()));
      return;
    }
    response.setChunked(true);
    proceed();
  }

  private void proceed() {
    while (!over && next < script.steps().size()) {
      switch (script.steps().get(next++)) {
        case Step.Head() -> response.writeHead();
        case Step.Write(var bytes) -> {
          record.wrote(bytes.length());
          response.write(bytes);
        }
        case Step.Wait(var time) -> {
          // From when the last wait should have ended: timers that fire late would add up, and a
          // paced stream would end late by what the machine is busy with.
          long now = System.nanoTime();
          long late = Math.min(now - waitedUntil, time.toNanos());
          waitedUntil = now - late + time.toNanos();
          long left = waitedUntil - now;
          vertx.setTimer(Math.max(1, left / 1_000_000), timer -> proceed());
          return;
        }
        case Step.Flush() -> {
          // Two turns of the event loop: the first ends the read during which writes are held back.
          Context context = vertx.getOrCreateContext();
          context.runOnContext(first -> context.runOnContext(second -> proceed()));
          return;
        }
        case Step.Stall() -> {
          return;
        }
        case Step.Cut() -> {
          over = true;
          request.connection().close();
          return;
        }
        case Step.Flood(var bytes) -> {
          flood(new Step.Flood(bytes));
          return;
        }
      }
    }
    if (!over) {
      response.end().onComplete(done -> record.end(done.failed()));
    }
  }

  /**
   * Gives way now and then: a reader that keeps up, or is gone, never fills the queue, and that it
   * is gone is told on this event loop.
   */
  private void flood(Step.Flood flood) {
    for (int i = 0; i < FLOOD_IN_A_ROW && !over && !response.writeQueueFull(); i++) {
      record.wrote(flood.bytes().length());
      response.write(flood.bytes());
    }
    if (over) {
      return;
    }
    if (response.writeQueueFull()) {
      response.drainHandler(room -> flood(flood));
    } else {
      vertx.getOrCreateContext().runOnContext(turn -> flood(flood));
    }
  }
}

package dev.weft.bench.objects;

import io.vertx.core.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A subject under a closed loop. Counts what succeeded, warm-up included. */
final class Loaded implements Contender {
  private final Plant plant;
  private final Load load;
  private final String name;
  private final int lanes;
  private final IntFunction<? extends @Nullable Future<?>> operation;
  private long succeeded;
  private long failed;

  /**
   * @param lanes operations on their way at once
   * @param operation begins one of a lane; on an event loop
   */
  Loaded(
      Plant plant,
      Load load,
      String name,
      int lanes,
      IntFunction<? extends @Nullable Future<?>> operation) {
    this.plant = plant;
    this.load = load;
    this.name = name;
    this.lanes = lanes;
    this.operation = operation;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Round round(double seconds) {
    Round round = Round.of(plant, load, lanes, operation, seconds);
    succeeded += round.operations();
    failed += round.failures();
    return round;
  }

  /** Operations answered with success so far. */
  long succeeded() {
    return succeeded;
  }

  long failed() {
    return failed;
  }
}

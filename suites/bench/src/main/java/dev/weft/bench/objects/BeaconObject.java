package dev.weft.bench.objects;

import dev.weft.durable.Feed;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Retention;
import dev.weft.durable.Topic;

/** See {@link Beacon}. */
final class BeaconObject implements Beacon {
  private static final String TEXT = "x".repeat(80);

  private final Topic<Flash> live;
  private final Topic<Flash> kept;
  private long number;

  BeaconObject(ObjectContext context) {
    live = context.topic("live", Flash.class);
    kept = context.topic("kept", Flash.class, Retention.items(1_000));
  }

  @Override
  public long flash() {
    number++;
    live.publish(new Flash(number, TEXT));
    return number;
  }

  @Override
  public long flashAndKeep() {
    number++;
    kept.publish(new Flash(number, TEXT));
    return number;
  }

  @Override
  public Feed<Flash> watch() {
    return live;
  }

  @Override
  public Feed<Flash> watchKept() {
    return kept;
  }
}

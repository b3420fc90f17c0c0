package dev.weft.bench.objects;

import dev.weft.durable.AlarmHandler;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.Storage;
import java.time.Instant;

/** See {@link Bell}. */
final class BellObject implements Bell, AlarmHandler {
  private final Storage storage;

  BellObject(ObjectContext context) {
    storage = context.storage();
  }

  @Override
  public void arm(long dueMillis) {
    storage.alarms().set(Instant.ofEpochMilli(dueMillis));
  }

  @Override
  public void alarm(Alarm alarm) {
    storage.put(BoxObject.KEY, BoxObject.valueOf(1));
  }
}

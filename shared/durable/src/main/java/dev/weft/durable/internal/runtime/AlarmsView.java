package dev.weft.durable.internal.runtime;

import dev.weft.durable.Alarms;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The alarms of an active object. */
final class AlarmsView implements Alarms {
  private static final int MAX_NAME = 256;

  private final Activation activation;

  AlarmsView(Activation activation) {
    this.activation = activation;
  }

  @Override
  public void set(String name, Instant when) {
    activation.turns().current();
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw ObjectErrors.badAlarm("An alarm's name has 1 to " + MAX_NAME + " characters.");
    }
    if (when.toEpochMilli() <= 0) {
      throw ObjectErrors.badAlarm("An alarm's time lies after 1970, not at " + when + ".");
    }
    activation.memory().alarms().set(name, when.toEpochMilli());
  }

  @Override
  public void set(String name, Duration delay) {
    set(name, Instant.ofEpochMilli(activation.clock().millis()).plus(delay));
  }

  @Override
  public Optional<Instant> get(String name) {
    activation.turns().current();
    AlarmRow row = activation.memory().alarms().visible(name);
    return row == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.dueMillis()));
  }

  @Override
  public boolean delete(String name) {
    activation.turns().current();
    return activation.memory().alarms().delete(name);
  }

  @Override
  public SortedMap<String, Instant> list() {
    activation.turns().current();
    SortedMap<String, Instant> all = new TreeMap<>();
    activation
        .memory()
        .alarms()
        .allVisible()
        .forEach((name, row) -> all.put(name, Instant.ofEpochMilli(row.dueMillis())));
    return all;
  }
}

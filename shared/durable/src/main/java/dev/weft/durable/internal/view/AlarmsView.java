package dev.weft.durable.internal.view;

import dev.weft.contracts.WeftException;
import dev.weft.durable.Alarms;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The alarms of an active object. */
final class AlarmsView implements Alarms {
  private static final int MAX_NAME = 256;

  private final Tenure tenure;

  AlarmsView(Tenure tenure) {
    this.tenure = tenure;
  }

  @Override
  public void set(String name, Instant when) {
    tenure.turns().current();
    ObjectNames.check("An alarm's name", name, MAX_NAME, ObjectErrors::badAlarm);
    tenure.alarms().set(name, millis(when));
  }

  private static long millis(Instant when) {
    long millis;
    try {
      millis = when.toEpochMilli();
    } catch (ArithmeticException e) {
      throw outOfRange(when.toString());
    }
    if (millis <= 0) {
      throw outOfRange(when.toString());
    }
    return millis;
  }

  private static WeftException outOfRange(String when) {
    return ObjectErrors.badAlarm(
        "An alarm's time lies after 1970 and within what 64 bits of milliseconds hold, not at "
            + when
            + ".");
  }

  @Override
  public void set(String name, Duration delay) {
    Instant when;
    try {
      when = Instant.ofEpochMilli(tenure.nowMillis()).plus(delay);
    } catch (ArithmeticException | DateTimeException e) {
      throw outOfRange(delay + " from now");
    }
    set(name, when);
  }

  @Override
  public Optional<Instant> get(String name) {
    tenure.turns().current();
    AlarmRow row = tenure.alarms().visible(name);
    return row == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.dueMillis()));
  }

  @Override
  public boolean delete(String name) {
    tenure.turns().current();
    return tenure.alarms().delete(name);
  }

  @Override
  public SortedMap<String, Instant> list() {
    tenure.turns().current();
    SortedMap<String, Instant> all = new TreeMap<>();
    tenure
        .alarms()
        .allVisible()
        .forEach((name, row) -> all.put(name, Instant.ofEpochMilli(row.dueMillis())));
    return all;
  }
}

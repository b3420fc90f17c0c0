package dev.weft.durable.sim;

import dev.weft.durable.ObjectContext;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/** What turns do with the alarms of their object. */
final class AlarmSteps {
  private static final long GRAIN_MILLIS = 500;

  private final Simulation simulation;
  private final ObjectContext context;
  private final Life life;
  private final Runnable stamp;

  /**
   * @param stamp what every stretch that writes does too
   */
  AlarmSteps(Simulation simulation, ObjectContext context, Life life, Runnable stamp) {
    this.simulation = simulation;
    this.context = context;
    this.life = life;
    this.stamp = stamp;
  }

  void set(String name) {
    if (simulation.mayAlarmBeSet()) {
      // Few times, so that an alarm is set to the same one again.
      long now = context.now().toEpochMilli();
      long due = (now / GRAIN_MILLIS + simulation.world.below(5) - 2) * GRAIN_MILLIS;
      context.storage().alarms().set(name, Instant.ofEpochMilli(due));
      life.setAlarm(name, due);
      stamp.run();
    }
    SortedMap<String, Long> shown = new TreeMap<>();
    context.storage().alarms().list().forEach((each, due) -> shown.put(each, due.toEpochMilli()));
    simulation.ledger.shown(life, shown.equals(life.alarms()), life + " shows alarms " + shown);
  }

  void delete(String name) {
    boolean there = context.storage().alarms().delete(name);
    boolean meant = life.deleteAlarm(name);
    simulation.ledger.shown(life, there == meant, "delete says whether there was an alarm");
    stamp.run();
  }
}

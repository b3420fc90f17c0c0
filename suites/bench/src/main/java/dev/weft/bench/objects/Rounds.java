package dev.weft.bench.objects;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs subjects round by round, so that what else the machine does meanwhile hits all alike. */
final class Rounds {
  private final Map<String, List<Round>> results = new LinkedHashMap<>();

  static Rounds run(BenchSettings settings, List<? extends Contender> subjects) {
    Rounds rounds = new Rounds();
    for (Contender subject : subjects) {
      report(subject.name(), subject.round(settings.warmUpSeconds()));
    }
    for (int i = 0; i < settings.rounds(); i++) {
      for (Contender subject : subjects) {
        rounds.add(subject.name(), subject.round(settings.seconds()));
      }
    }
    return rounds;
  }

  private void add(String name, Round round) {
    results.computeIfAbsent(name, _ -> new ArrayList<>()).add(round);
    report(name, round);
  }

  private static void report(String name, Round round) {
    if (round.failures() > 0) {
      System.err.println(name + ": " + round.failures() + " failed, " + round.firstFailure());
    }
  }

  List<Round> of(String name) {
    return results.getOrDefault(name, List.of());
  }

  boolean has(String name) {
    return results.containsKey(name);
  }

  String table(String unit) {
    StringBuilder out = new StringBuilder(ResultTable.head(unit));
    results.forEach((name, rounds) -> out.append(ResultTable.row(name, rounds)));
    return out.toString();
  }
}

package dev.weft.bench.objects;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Text of the report. */
final class ResultTable {
  static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return median(rounds.stream().mapToDouble(figure).toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }

  /** The head of a table of rounds. */
  static String head(String unit) {
    return "| | CPU ms / "
        + unit
        + " (min–max) | of it here / database / others | "
        + unit
        + "s/s | p50 / p99 ms | objects a flush | flush ms | failed |\n"
        + "|---|--:|--:|--:|--:|--:|--:|--:|\n";
  }

  /** One variant. */
  static String row(String name, List<Round> rounds) {
    double batch = median(rounds, Round::batch);
    return format(
        "| %s | **%.4f** (%.4f–%.4f) | %.4f / %.4f / %.4f | %,.0f | %.2f / %.2f | %s | %s | %d |%n",
        name,
        median(rounds, Round::cpuMillis),
        rounds.stream().mapToDouble(Round::cpuMillis).min().orElse(0),
        rounds.stream().mapToDouble(Round::cpuMillis).max().orElse(0),
        median(rounds, Round::ownCpuMillis),
        median(rounds, Round::databaseCpuMillis),
        median(rounds, Round::otherCpuMillis),
        median(rounds, Round::perSecond),
        median(rounds, Round::p50Millis),
        median(rounds, Round::p99Millis),
        Double.isNaN(batch) ? "–" : format("%.1f", batch),
        Double.isNaN(batch) ? "–" : format("%.2f", median(rounds, Round::flushMillis)),
        rounds.stream().mapToInt(Round::failures).sum());
  }

  private ResultTable() {}
}

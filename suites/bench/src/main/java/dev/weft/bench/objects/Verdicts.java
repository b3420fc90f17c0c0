package dev.weft.bench.objects;

/** Figures beside what they were to be. */
final class Verdicts {
  private final StringBuilder out = new StringBuilder();

  void atMost(String what, double figure, double aim) {
    add(what, figure, "≤", aim, figure <= aim);
  }

  void atLeast(String what, double figure, double aim) {
    add(what, figure, "≥", aim, figure >= aim);
  }

  private void add(String what, double figure, String relation, double aim, boolean met) {
    out.append(
        ResultTable.format(
            "- %s: **%s** (aim %s %s)%s%n",
            what,
            number(figure),
            relation,
            number(aim),
            met ? "" : Double.isNaN(figure) ? ": not measured" : ": **missed**"));
  }

  private static String number(double value) {
    return value >= 1_000
        ? ResultTable.format("%,.0f", value)
        : ResultTable.format(value < 1 ? "%.3f" : "%.2f", value);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

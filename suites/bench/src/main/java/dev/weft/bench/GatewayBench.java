package dev.weft.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * {@code scripts/bench gateway}: CPU per request and per streamed event, and added latency, of Weft
 * in one process and in five, against the same upstream called directly and through a Go reverse
 * proxy, in interleaved rounds. Medians are reported; absolute times on a shared machine are noise,
 * ratios within one run are not.
 */
public final class GatewayBench {
  private static final int REST_SECONDS = 60;

  private static final String MESSAGES =
      "\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
          + "{\"role\":\"user\",\"content\":\"Tell me, in a few sentences, what a loom does and why"
          + " the weft crosses the warp.\"}]";

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("request, 32 connections", 32, plain(), 1, "request"),
          new Scenario("request, 1 connection", 1, plain(), 1, "request"),
          new Scenario(
              "stream of 60 events, 8 connections", 8, stream("scripted?events=60"), 1, "stream"),
          new Scenario(
              "60 events 20 ms apart, 32 streams",
              32,
              stream("scripted?events=60&gap=20"),
              60,
              "event"));

  private final HttpLoad load;
  private final List<Subject> subjects;
  private final int rounds;
  private final double seconds;

  private GatewayBench(HttpLoad load, List<Subject> subjects, int rounds, double seconds) {
    this.load = load;
    this.subjects = subjects;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  private static String plain() {
    return "{\"model\":\"scripted\"," + MESSAGES + "}";
  }

  private static String stream(String model) {
    return "{\"model\":\"" + model + "\",\"stream\":true," + MESSAGES + "}";
  }

  /** Runs the benchmark; arguments are those of {@code scripts/bench gateway}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = options(args);
    int rounds = Integer.parseInt(options.getOrDefault("rounds", "7"));
    double seconds = Double.parseDouble(options.getOrDefault("seconds", "4"));
    List<String> modes = List.of(options.getOrDefault("modes", "one,five").split(","));
    String upstreamCommand = options.getOrDefault("upstream", "");
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    List<Subject> subjects = new ArrayList<>();
    Subject upstream = null;
    try {
      upstream = Subject.program("upstream", List.of(upstreamCommand.split(" ")));
      subjects.add(Subject.direct(upstream.port()));
      if (options.containsKey("proxy")) {
        subjects.add(
            Subject.program(
                "go proxy", List.of(options.get("proxy"), "http://127.0.0.1:" + upstream.port())));
      }
      for (String mode : modes) {
        Path data = Files.createTempDirectory("weft-bench");
        subjects.add(
            mode.equals("one")
                ? Subject.weft("weft, one process", "dev", data, upstream.port())
                : Subject.weft("weft, five processes", "cluster", data, upstream.port()));
      }
      String report = new GatewayBench(new HttpLoad(vertx), subjects, rounds, seconds).run();
      System.out.println(report);
      if (options.containsKey("write")) {
        PerformancePage.replace(Path.of("docs/performance.md"), "gateway", report);
      }
    } finally {
      subjects.forEach(Subject::close);
      if (upstream != null) {
        upstream.close();
      }
      vertx.close().await();
    }
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].replaceFirst("^--", "");
      boolean flag = i + 1 == args.length || args[i + 1].startsWith("--");
      options.put(name, flag ? "" : args[++i]);
    }
    return options;
  }

  private String run() throws IOException, InterruptedException {
    StringBuilder report = new StringBuilder();
    List<Rest> before = atRest();
    for (Subject subject : subjects) {
      for (Scenario scenario : SCENARIOS) {
        // JIT warm-up: figures of an unwarmed JVM say nothing.
        measure(subject, scenario, scenario.connections() == 1 ? 3 : 10);
      }
    }
    for (Scenario scenario : SCENARIOS) {
      Map<String, List<Round>> results = new LinkedHashMap<>();
      for (int i = 0; i < rounds; i++) {
        for (Subject subject : subjects) {
          results
              .computeIfAbsent(subject.name(), name -> new ArrayList<>())
              .add(measure(subject, scenario, seconds));
        }
      }
      report.append(table(scenario, results));
    }
    List<Double> loaded = programs().stream().map(Subject::pssMegabytes).toList();
    List<Rest> after = atRest();
    report.append(
        """

        ### Memory and rest

        Memory is the proportional set size of all processes, PostgreSQL and its models included: two minutes after the
        start, right after the load above, and two minutes after that. *At rest*: share of one core over the last minute.

        | | MB idle | MB loaded | MB after | % of a core idle | after |
        |---|--:|--:|--:|--:|--:|
        """);
    for (int i = 0; i < programs().size(); i++) {
      report.append(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | **%.0f** | %.0f | %.1f | %.1f |%n",
              programs().get(i).name(),
              before.get(i).megabytes(),
              loaded.get(i),
              after.get(i).megabytes(),
              before.get(i).percent(),
              after.get(i).percent()));
    }
    return report.append('\n').toString();
  }

  /** Every program; the upstream called directly is none. */
  private List<Subject> programs() {
    return subjects.subList(1, subjects.size());
  }

  /** Leaves them alone for two minutes and looks at the second of these. */
  private List<Rest> atRest() throws InterruptedException {
    TimeUnit.SECONDS.sleep(REST_SECONDS);
    List<Double> before = programs().stream().map(Subject::cpuSeconds).toList();
    TimeUnit.SECONDS.sleep(REST_SECONDS);
    List<Rest> rest = new ArrayList<>();
    for (int i = 0; i < programs().size(); i++) {
      Subject subject = programs().get(i);
      double used = subject.cpuSeconds() - before.get(i);
      rest.add(new Rest(subject.pssMegabytes(), 100 * used / REST_SECONDS));
    }
    return rest;
  }

  private record Rest(double megabytes, double percent) {}

  private Round measure(Subject subject, Scenario scenario, double duration) {
    HttpLoad.Target target =
        HttpLoad.Target.post(
            "127.0.0.1", subject.port(), "/v1/chat/completions", subject.key(), scenario.body());
    double before = subject.cpuSeconds();
    Sample sample = load.run(target, scenario.connections(), duration).await();
    double cpu = subject.cpuSeconds() - before;
    return new Round(
        cpu * 1000 / Math.max(1, sample.answers() * scenario.unitsPerAnswer()),
        sample.perSecond(),
        sample.firstByteMillis(0.5),
        sample.firstByteMillis(0.99),
        sample.wholeMillis(0.5),
        sample.wholeMillis(0.99),
        sample.failures);
  }

  private String table(Scenario scenario, Map<String, List<Round>> results) {
    StringBuilder out = new StringBuilder("\n### " + scenario.name() + "\n\n");
    out.append("| | CPU ms / ").append(scenario.unit()).append(" (min–max) | answers/s |");
    out.append(" first byte p50 / p99 ms | whole p50 / p99 ms | added p50 ms | failed |\n");
    out.append("|---|--:|--:|--:|--:|--:|--:|\n");
    double directP50 = median(results.getOrDefault("direct", List.of()), Round::wholeP50);
    results.forEach(
        (name, rows) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.2f / %.2f | %.2f / %.2f | %s | %d |%n",
                    name,
                    name.equals("direct")
                        ? "–"
                        : String.format(
                            Locale.ROOT,
                            "**%.3f** (%.3f–%.3f)",
                            median(rows, Round::cpuMillis),
                            rows.stream().mapToDouble(Round::cpuMillis).min().orElse(0),
                            rows.stream().mapToDouble(Round::cpuMillis).max().orElse(0)),
                    median(rows, Round::perSecond),
                    median(rows, Round::firstP50),
                    median(rows, Round::firstP99),
                    median(rows, Round::wholeP50),
                    median(rows, Round::wholeP99),
                    name.equals("direct")
                        ? "–"
                        : String.format(
                            Locale.ROOT, "%+.2f", median(rows, Round::wholeP50) - directP50),
                    rows.stream().mapToInt(Round::failures).sum())));
    return out.toString();
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] values = rounds.stream().mapToDouble(figure).toArray();
    Arrays.sort(values);
    return values.length == 0 ? Double.NaN : values[values.length / 2];
  }

  private record Round(
      double cpuMillis,
      double perSecond,
      double firstP50,
      double firstP99,
      double wholeP50,
      double wholeP99,
      int failures) {}
}

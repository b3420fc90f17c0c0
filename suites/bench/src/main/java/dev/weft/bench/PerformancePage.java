package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The page the benchmarks write: each run replaces its own part. */
public final class PerformancePage {

  /** Replaces the part between the markers of the name; appends it when there is none. */
  public static void replace(Path page, String name, String content) throws IOException {
    String begin = "<!-- begin " + name + " -->";
    String end = "<!-- end " + name + " -->";
    String part =
        begin
            + "\n_Run of "
            + LocalDate.now(ZoneOffset.UTC)
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, Java "
            + Runtime.version().feature()
            + "._\n"
            + content
            + end;
    String text = Files.exists(page) ? Files.readString(page) : "# Performance\n";
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    Files.writeString(
        page,
        from < 0 || to < from
            ? text + "\n" + part + "\n"
            : text.substring(0, from) + part + text.substring(to + end.length()));
  }

  private PerformancePage() {}
}

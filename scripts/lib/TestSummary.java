import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Adds up the reports of Surefire and Failsafe below a folder and prints one summary. Exit status 1
 * when a test failed, the build failed or no test ran.
 *
 * <p>Arguments: folder, Maven's exit status, Maven's log, seconds the run took.
 */
public class TestSummary {
  private int run;
  private int skipped;
  private final List<String> failures = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    int build = Integer.parseInt(args[1]);
    TestSummary summary = new TestSummary();
    for (Path report : reports(root)) {
      summary.add(report);
    }
    summary.failures.forEach(failure -> System.out.println("FAILED  " + failure));
    if (build != 0) {
      errors(Path.of(args[2])).forEach(System.out::println);
      System.out.println("The build failed; all of its output: " + args[2]);
    }
    int failed = summary.failures.size();
    System.out.println("Took " + args[3] + " s.");
    System.out.println(
        "%d passed, %d failed, %d skipped"
            .formatted(summary.run - failed - summary.skipped, failed, summary.skipped));
    if (summary.run == 0) {
      System.err.println("No test ran.");
    }
    System.exit(build != 0 || failed > 0 || summary.run == 0 ? 1 : 0);
  }

  private static List<Path> reports(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("shared", "suites", "verticles")) {
      try (Stream<Path> paths = Files.walk(root.resolve(folder), 4)) {
        paths
            .filter(path -> path.getParent().getFileName().toString().endsWith("-reports"))
            .filter(path -> path.getFileName().toString().matches("TEST-.*\\.xml"))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }

  private void add(Path report) throws Exception {
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getDocumentElement();
    NodeList cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      run++;
      if (test.getElementsByTagName("skipped").getLength() > 0) {
        skipped++;
      }
      for (String kind : List.of("failure", "error")) {
        NodeList bad = test.getElementsByTagName(kind);
        if (bad.getLength() > 0) {
          failures.add(
              test.getAttribute("classname")
                  + "."
                  + test.getAttribute("name")
                  + ": "
                  + firstLine((Element) bad.item(0)));
        }
      }
    }
  }

  private static String firstLine(Element failure) {
    String text = failure.getAttribute("message");
    if (text.isBlank()) {
      text = failure.getTextContent().strip();
    }
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() > 300 ? line.substring(0, 300) + "..." : line;
  }

  /** The distinct error lines of Maven's log, without its own advice. */
  private static Set<String> errors(Path log) throws IOException {
    Set<String> lines = new LinkedHashSet<>();
    for (String line : Files.readAllLines(log)) {
      if (line.startsWith("[ERROR]")
          && !line.contains("[Help 1]")
          && !line.contains("Re-run Maven")
          && !line.contains("For more information")
          && line.length() > 8
          && lines.size() < 40) {
        lines.add(line);
      }
    }
    return lines;
  }
}

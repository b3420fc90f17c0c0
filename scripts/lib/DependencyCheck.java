import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the components of CycloneDX documents with a list of least versions. */
public final class DependencyCheck {
  private static final Pattern COMPONENT =
      Pattern.compile("\"pkg:maven/([^/\"]+)/([^@\"]+)@([^?\"]+)[^\"]*\"");

  private record Rule(String group, String artifact, String least, String why) {
    boolean covers(String otherGroup, String otherArtifact) {
      return group.equals(otherGroup) && (artifact.equals("*") || artifact.equals(otherArtifact));
    }
  }

  /** Arguments: the list, then the documents. */
  public static void main(String[] args) throws IOException {
    List<Rule> rules = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" +", 4);
        rules.add(new Rule(parts[0], parts[1], parts[2], parts[3]));
      }
    }
    TreeSet<String> found = new TreeSet<>();
    for (int i = 1; i < args.length; i++) {
      Matcher component = COMPONENT.matcher(Files.readString(Path.of(args[i])));
      while (component.find()) {
        found.add(component.group(1) + ":" + component.group(2) + ":" + component.group(3));
      }
    }
    int faults = 0;
    for (Rule rule : rules) {
      boolean used = false;
      for (String one : found) {
        String[] parts = one.split(":", 3);
        if (rule.covers(parts[0], parts[1])) {
          used = true;
          if (compare(parts[2], rule.least()) < 0) {
            System.err.println(one + " is older than " + rule.least() + ": " + rule.why());
            faults++;
          }
        }
      }
      if (!used) {
        System.err.println(
            rule.group() + ":" + rule.artifact() + " is listed but not in the jars: drop the line");
        faults++;
      }
    }
    System.out.println(found.size() + " components, " + rules.size() + " rules, " + faults + " faults");
    System.exit(faults == 0 && !found.isEmpty() ? 0 : 1);
  }

  /** By the numbers in them, missing ones as 0; words are passed over. */
  private static int compare(String one, String other) {
    List<Integer> left = numbers(one);
    List<Integer> right = numbers(other);
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      int difference = Integer.compare(at(left, i), at(right, i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static int at(List<Integer> numbers, int index) {
    return index < numbers.size() ? numbers.get(index) : 0;
  }

  private static List<Integer> numbers(String version) {
    List<Integer> numbers = new ArrayList<>();
    Matcher number = Pattern.compile("\\d{1,9}").matcher(version);
    while (number.find()) {
      numbers.add(Integer.parseInt(number.group()));
    }
    return numbers;
  }

  private DependencyCheck() {}
}

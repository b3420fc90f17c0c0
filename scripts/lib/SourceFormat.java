import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks ({@code --check}) or rewrites ({@code --write}) the Java sources below some folders. */
public class SourceFormat {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("--write");
    List<Path> wrong = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      for (Path file : sources(Path.of(args[i]))) {
        String text = Files.readString(file);
        String formatted = new Formatter().formatSourceAndFixImports(text);
        if (!formatted.equals(text)) {
          wrong.add(file);
          if (write) {
            Files.writeString(file, formatted);
          }
        }
      }
    }
    wrong.forEach(file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
    if (!wrong.isEmpty() && !write) {
      System.err.println("Run scripts/format to fix.");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> path.toString().endsWith(".java") && !path.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}

package dev.weft.all.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A file of main code as the compiler's parser sees it, so that neither comments nor texts count.
 *
 * @param packageName its package
 * @param name its first type
 * @param imports what it imports, statically or not
 * @param names simple names that it uses
 * @param declared types that it declares itself, nested ones too
 * @param cases what its first type permits when that is sealed
 */
record SourceFile(
    String packageName,
    String name,
    Set<String> imports,
    Set<String> names,
    Set<String> declared,
    Set<String> cases) {

  String qualifiedName() {
    return packageName + "." + name;
  }

  /** All main code below a checkout's root. */
  static List<SourceFile> mainCode(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("shared", "verticles", "suites")) {
      try (Stream<Path> modules = Files.list(root.resolve(folder))) {
        for (Path module : modules.toList()) {
          Path main = module.resolve("src/main/java");
          if (Files.isDirectory(main)) {
            try (Stream<Path> found = Files.walk(main)) {
              found
                  .filter(file -> file.toString().endsWith(".java"))
                  .filter(file -> !file.endsWith("package-info.java"))
                  .forEach(files::add);
            }
          }
        }
      }
    }
    return parsed(files.stream().map(SourceFile::read).toList());
  }

  /** The files with these texts. */
  static List<SourceFile> parsed(List<String> texts) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Text> units = texts.stream().map(Text::new).toList();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, units);
    List<SourceFile> files = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        files.add(of(unit));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** Simple names that more than one file has, with their packages. */
  static Map<String, Set<String>> twins(List<SourceFile> files) {
    Map<String, Set<String>> packages = new TreeMap<>();
    files.forEach(
        file ->
            packages.computeIfAbsent(file.name(), any -> new TreeSet<>()).add(file.packageName()));
    packages.values().removeIf(all -> all.size() < 2);
    return packages;
  }

  private static SourceFile of(CompilationUnitTree unit) {
    Set<String> imports = new HashSet<>();
    for (ImportTree one : unit.getImports()) {
      imports.add(one.getQualifiedIdentifier().toString());
    }
    ClassTree first = (ClassTree) unit.getTypeDecls().getFirst();
    Set<String> cases = new HashSet<>();
    if (first.getModifiers().getFlags().contains(Modifier.SEALED)) {
      for (Tree permitted : first.getPermitsClause()) {
        cases.add(permitted.toString());
      }
    }
    Set<String> names = new HashSet<>();
    Set<String> declared = new HashSet<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitImport(ImportTree one, Void nothing) {
        return null;
      }

      @Override
      public Void visitIdentifier(IdentifierTree identifier, Void nothing) {
        names.add(identifier.getName().toString());
        return null;
      }

      @Override
      public Void visitClass(ClassTree type, Void nothing) {
        declared.add(type.getSimpleName().toString());
        return super.visitClass(type, nothing);
      }
    }.scan(unit, null);
    return new SourceFile(
        String.valueOf(unit.getPackageName()),
        first.getSimpleName().toString(),
        imports,
        names,
        declared,
        cases);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String text) {
      super(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}

package dev.weft.all.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {
  private static final int LONGEST_CIRCLE = 3;

  private static final List<String> TOOLS =
      List.of("dev.weft.testkit", "dev.weft.history", "dev.weft.faults", "dev.weft.bench");

  private static final JavaClasses EVERYTHING =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/dev/weft/fixture/"))
          .importPackages("dev.weft");

  /** What is shipped: without the tools of tests, and the programs that judge. */
  private static final JavaClasses HOUSE =
      EVERYTHING.that(
          describe(
              "are shipped",
              type -> TOOLS.stream().noneMatch(tool -> type.getPackageName().startsWith(tool))));

  private static final JavaClasses OFFENDERS =
      new ClassFileImporter().importPackages("dev.weft.fixture");

  @TestFactory
  Stream<DynamicTest> theHouseKeepsTheRule() {
    return Stream.concat(
        tests(arrows("dev.weft"), rule -> rule.check(EVERYTHING)),
        tests(rules("dev.weft"), rule -> rule.check(HOUSE)));
  }

  /** A rule that nothing can break protects nothing: each fails on an offender planted for it. */
  @TestFactory
  Stream<DynamicTest> aPlantedOffenderBreaksTheRule() {
    Map<String, ArchRule> all = arrows("dev.weft.fixture");
    // All services keep the same rule: that of a new one needs no offender of its own.
    all.keySet().removeIf(rule -> isOfServiceWithoutOffender(rule.split(" ")[0]));
    assertThat(all.keySet()).anyMatch(rule -> Rules.SERVICES.contains(rule.split(" ")[0]));
    all.putAll(rules("dev.weft.fixture"));
    return tests(
        all,
        rule ->
            assertThatThrownBy(() -> rule.check(OFFENDERS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("fixture"));
  }

  private static boolean isOfServiceWithoutOffender(String module) {
    return Rules.SERVICES.contains(module)
        && OFFENDERS.stream()
            .noneMatch(type -> type.getPackageName().equals("dev.weft.fixture." + module));
  }

  @Test
  void everyModuleIsLookedAtAndHasItsArrows() {
    Set<String> modules =
        EVERYTHING.stream()
            .map(type -> type.getPackageName().split("\\.")[2])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(modules).isEqualTo(Rules.MAY_KNOW.keySet());
  }

  @Test
  void nothingIsHeldAcrossAWait() {
    List<byte[]> files =
        HOUSE.stream().map(type -> bytes(type.getSource().orElseThrow().getUri())).toList();
    assertThat(Monitors.heldWhileWaiting(files)).isEmpty();
  }

  @Test
  void noCircleHasMoreThanThreeFilesAndEveryClassHasANameOfItsOwn() throws IOException {
    List<SourceFile> files = SourceFile.mainCode(checkout());
    assertThat(files).hasSizeGreaterThan(300);
    assertThat(Circles.longerThan(LONGEST_CIRCLE, files)).isEmpty();
    assertThat(SourceFile.twins(files)).isEmpty();
  }

  /** The checkout, which holds the modules: the tests of a module run in its folder. */
  private static Path checkout() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("suites"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no checkout above");
    }
    return folder;
  }

  private static byte[] bytes(URI file) {
    try (InputStream in = file.toURL().openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<DynamicTest> tests(Map<String, ArchRule> rules, Consumer<ArchRule> check) {
    return rules.entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> check.accept(rule.getValue())));
  }

  private static Map<String, ArchRule> arrows(String root) {
    Rules rules = new Rules(root);
    Map<String, ArchRule> named = new LinkedHashMap<>();
    for (String module : Rules.MAY_KNOW.keySet()) {
      named.put(module + " knows only what lies below", rules.knowsOnlyWhatLiesBelow(module));
    }
    return named;
  }

  private static Map<String, ArchRule> rules(String root) {
    Rules rules = new Rules(root);
    Map<String, ArchRule> named = new LinkedHashMap<>();
    named.put("contracts know nothing else", rules.contractsKnowNothingElse());
    named.put("only mesh touches the event bus", rules.onlyMeshTouchesTheEventBus());
    named.put(
        "only one adapter knows Vert.x's internals", rules.onlyOneAdapterKnowsVertxInternals());
    named.put(
        "only one adapter knows Hazelcast's internals",
        rules.onlyOneAdapterKnowsHazelcastsInternals());
    named.put("internals stay inside their module", rules.internalsStayInside());
    named.put("nobody awaits with a time-out", rules.nobodyAwaitsWithATimeout());
    named.put("nobody interrupts another thread", rules.nobodyInterruptsAnother());
    named.put("services hold no locks", rules.servicesHoldNoLocks());
    named.put("there is one shutdown hook", rules.oneShutdownHook());
    named.put("time comes from outside", rules.timeIsInjected());
    named.put("nothing is injected", rules.nothingIsInjected());
    return named;
  }
}

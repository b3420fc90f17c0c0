package dev.weft.all.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/dev/weft/fixture/"))
          // Tests' tools live in main sources of testkit, but are not of the house.
          .withImportOption(location -> !location.contains("/dev/weft/testkit/"))
          .importPackages("dev.weft");

  private static final JavaClasses OFFENDERS =
      new ClassFileImporter().importPackages("dev.weft.fixture");

  @TestFactory
  Stream<DynamicTest> theHouseKeepsTheRule() {
    return rules("dev.weft").entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(HOUSE)));
  }

  /** A rule that nothing can break protects nothing: each fails on an offender planted for it. */
  @TestFactory
  Stream<DynamicTest> aPlantedOffenderBreaksTheRule() {
    return rules("dev.weft.fixture").entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(),
                    () ->
                        assertThatThrownBy(() -> rule.getValue().check(OFFENDERS))
                            .isInstanceOf(AssertionError.class)
                            .hasMessageContaining("fixture")));
  }

  @Test
  void everyModuleIsLookedAt() {
    List<String> modules =
        new ArrayList<>(
            List.of("contracts", "json", "mesh", "durable", "node", "auth", "chat", "mcp", "rag"));
    modules.addAll(List.of("gateway", "all"));
    assertThat(modules)
        .allMatch(
            module ->
                HOUSE.stream()
                    .anyMatch(type -> type.getPackageName().startsWith("dev.weft." + module)));
  }

  private static Map<String, ArchRule> rules(String root) {
    Rules rules = new Rules(root);
    Map<String, ArchRule> named = new LinkedHashMap<>();
    named.put("contracts know nothing else", rules.contractsKnowNothingElse());
    List<String> layers = List.of("node", "durable", "mesh", "json", "contracts");
    for (int i = 0; i < layers.size(); i++) {
      named.put(layers.get(i) + " knows nothing above it", rules.arrowsGoDown().get(i));
    }
    List<ArchRule> apart = rules.servicesDoNotKnowEachOther();
    List<String> services = List.of("auth", "chat", "mcp", "rag", "gateway");
    for (int i = 0; i < services.size(); i++) {
      named.put(services.get(i) + " knows no other service", apart.get(i));
    }
    named.put("only mesh touches the event bus", rules.onlyMeshTouchesTheEventBus());
    named.put("internals stay inside their module", rules.internalsStayInside());
    named.put("nobody awaits with a time-out", rules.nobodyAwaitsWithATimeout());
    named.put("nobody interrupts another thread", rules.nobodyInterruptsAnother());
    named.put("services hold no locks", rules.servicesHoldNoLocks());
    named.put("nothing is injected", rules.nothingIsInjected());
    return named;
  }
}

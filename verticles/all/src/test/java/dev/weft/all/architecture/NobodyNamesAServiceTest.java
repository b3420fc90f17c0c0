package dev.weft.all.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What runs and serves all services knows them from their list, not by name. */
class NobodyNamesAServiceTest {
  /** Every request needs auth, and the gateway is what answers it. */
  private static final Set<String> KNOWN_TO_ALL = Set.of("auth", "gateway");

  private static final ArchRule RULE =
      noClasses().should().dependOnClassesThat().resideInAnyPackage(contracts());

  @Test
  void nodeAndGatewayKnowServicesFromTheListAlone() {
    RULE.check(classes("dev.weft.node", "dev.weft.gateway"));
  }

  /** The tool of mcp that searches names rag, as it may. */
  @Test
  void aServiceThatIsNamedBreaksTheRule() {
    assertThatThrownBy(() -> RULE.check(classes("dev.weft.mcp")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("RagApi");
  }

  private static JavaClasses classes(String... packages) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(packages);
    assertThat(classes).isNotEmpty();
    return classes;
  }

  private static String[] contracts() {
    return Services.ALL.stream()
        .map(ServiceDescriptor::name)
        .filter(name -> !KNOWN_TO_ALL.contains(name))
        .map(name -> "dev.weft.contracts." + name + "..")
        .toArray(String[]::new);
  }
}

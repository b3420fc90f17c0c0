package dev.weft.testkit.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.node.Node;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.asking.AskingService;
import dev.weft.testkit.node.tally.Tally;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process without a database calls the objects that others host. */
class CallingServiceIT {

  private record TallyObject(ObjectContext context) implements Tally {
    @Override
    public long add(long n) {
      long sum = value() + n;
      context.storage().put("sum", sum);
      return sum;
    }

    @Override
    public long value() {
      return context.storage().get("sum", Long.class, 0L);
    }
  }

  private static HostingService tallies() {
    return HostingService.of("tally", ObjectClass.of(Tally.TALLIES, TallyObject::new));
  }

  private static ArchRule knowsContractsAndThePublicPackage(String packageName) {
    return classes()
        .that()
        .resideInAPackage(packageName)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            packageName,
            "dev.weft.testkit.node.tally",
            "dev.weft.contracts..",
            "dev.weft.durable",
            "dev.weft.node",
            "io.vertx.core..",
            "java..",
            "org.jspecify.annotations");
  }

  @Test
  void aServiceCallsTheObjectsOfAnotherByContractsAlone() {
    var classes = new ClassFileImporter().importPackages("dev.weft.testkit.node");
    knowsContractsAndThePublicPackage("dev.weft.testkit.node.asking").check(classes);
    // The rule can fail: this package knows more.
    assertThatThrownBy(
            () -> knowsContractsAndThePublicPackage("dev.weft.testkit.node").check(classes))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aNodeWithoutADatabaseCallsObjectsWhereverTheyMove(@TempDir Path directory) {
    DatabaseUrl url = TestDatabases.create();
    List<String> members = TestNode.freeMembers(3);
    AskingService asking = new AskingService();
    try (TestNode first = node(directory, members, 0).database(url).start(tallies());
        TestNode second = node(directory, members, 1).database(url).start(tallies());
        TestNode caller = node(directory, members, 2).start(asking)) {
      assertThatThrownBy(caller::database).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () ->
                  caller
                      .context()
                      .objects()
                      .host(ObjectClass.of(Tally.TALLIES, TallyObject::new))
                      .await())
          .hasMessageContaining("did not say that it hosts objects");
      for (int i = 1; i <= 20; i++) {
        assertThat(asking.count("tally " + i, "first")).isEqualTo(1);
      }
      first.node().stop();
      for (int i = 1; i <= 20; i++) {
        assertThat(asking.count("tally " + i, "second")).isEqualTo(2);
      }
      assertThat(second.node().state()).isEqualTo(Node.State.READY);
    } finally {
      TestDatabases.drop(url);
    }
  }

  private static TestNode.Builder node(Path directory, List<String> members, int index) {
    return TestNode.builder()
        .inCluster(members, index)
        .authority(directory.resolve("authority"))
        .set(NodeKeys.MASTER_KEY, "ab".repeat(32));
  }
}

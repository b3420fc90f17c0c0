package dev.weft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The most telling rows, briefly; long runs are made by hand. */
class FaultsQuickIT {

  @Test
  void objectsKeepTheirPromisesWhileNodesAndConnectionsFail() throws Exception {
    FaultsMain.Plan plan =
        new FaultsMain.Plan(
            FaultsMain.QUICK,
            FaultsMain.QUICK_SECONDS,
            1,
            System.currentTimeMillis() % 100_000,
            Path.of("target/faults").toAbsolutePath());
    List<Result> results = new Suite(plan, System.out).run();
    assertThat(results).hasSameSizeAs(FaultsMain.QUICK);
    assertThat(results)
        .allSatisfy(result -> assertThat(result.passed()).as(result.told()).isTrue());
  }
}

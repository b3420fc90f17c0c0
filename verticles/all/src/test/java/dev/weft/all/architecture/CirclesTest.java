package dev.weft.all.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which files count as a circle, and which as twins. */
class CirclesTest {
  private static final int LONGEST_CIRCLE = 3;

  @Test
  void aCircleIsFoundThroughThePackageAndThroughImports() {
    List<SourceFile> files =
        SourceFile.parsed(
            List.of(
                "package a; class One { Two next; }",
                "package a; class Two { void go() { new Three(); } }",
                "package a; import b.Four; class Three extends Four.Nested {}",
                "package b; import a.One; public class Four { static class Nested {} One o; }",
                "package b; class Beside { Four four; /* One */ String text = \"Beside\"; }"));
    assertThat(Circles.longerThan(LONGEST_CIRCLE, files))
        .containsExactly(Set.of("a.One", "a.Two", "a.Three", "b.Four"));
  }

  @Test
  void aSealedTypeAndItsCasesAreOneFile() {
    List<String> texts =
        List.of(
            "package a; class Machine { State state; }",
            "package a; sealed interface State permits Idle, Busy { Machine machine(); }",
            "package a; record Idle(Machine machine) implements State {}",
            "package a; record Busy(Machine machine) implements State {}");
    assertThat(Circles.longerThan(LONGEST_CIRCLE, SourceFile.parsed(texts))).isEmpty();
    List<String> open = new ArrayList<>(texts);
    open.set(1, "package a; interface State { Machine machine(); Idle idle(); Busy busy(); }");
    assertThat(Circles.longerThan(LONGEST_CIRCLE, SourceFile.parsed(open))).hasSize(1);
  }

  @Test
  void aTypeOfOnesOwnHidesTheNeighbourOfItsName() {
    List<SourceFile> files =
        SourceFile.parsed(
            List.of(
                "package a; class One { Two next; }",
                "package a; class Two { Three next; }",
                "package a; class Three { Four next; }",
                "package a; class Four { record One() {} One own; }"));
    assertThat(Circles.longerThan(LONGEST_CIRCLE, files)).isEmpty();
  }

  @Test
  void twinsAreFound() {
    List<SourceFile> files =
        SourceFile.parsed(
            List.of(
                "package a; class One {}", "package b; class One {}", "package b; class Two {}"));
    assertThat(SourceFile.twins(files)).containsOnlyKeys("One");
  }
}

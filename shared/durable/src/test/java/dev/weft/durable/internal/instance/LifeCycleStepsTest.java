package dev.weft.durable.internal.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.instance.LifeCycle.Over;
import dev.weft.durable.internal.instance.LifeCycle.Releasing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step from every state: the legal ones, the late ones, and those that are mistakes. */
final class LifeCycleStepsTest {
  /** How each state is reached, and the steps that lead on from it. */
  private static final Map<String, Case> CASES = new LinkedHashMap<>();

  private static WeftException why() {
    ObjectId id = new ObjectId("t", new byte[ObjectId.BYTES], null);
    return ObjectErrors.reset(id, "was lost.", Outcome.UNKNOWN);
  }

  private record Case(List<Step> way, Map<Step, String> next) {}

  private enum Step {
    AWAITED,
    CLAIMED,
    DEPLOYED,
    CONSTRUCTED,
    RELEASE,
    KEEP,
    END;

    boolean take(LifeCycle<String> life) {
      return switch (this) {
        case AWAITED -> {
          life.awaited();
          yield true;
        }
        case CLAIMED -> life.claimed();
        case DEPLOYED -> life.deployed("tenure");
        case CONSTRUCTED -> life.constructed("made");
        case RELEASE -> life.release();
        case KEEP -> life.keep();
        case END -> life.end(why()) != null;
      };
    }
  }

  static {
    from("Claiming[mayCreate=false]", List.of())
        .to(Step.AWAITED, "Claiming[mayCreate=true]")
        .to(Step.CLAIMED, "Deploying[]");
    from("Claiming[mayCreate=true]", List.of(Step.AWAITED)).to(Step.CLAIMED, "Deploying[]");
    from("Deploying[]", List.of(Step.CLAIMED)).to(Step.DEPLOYED, "Opening[tenure=tenure]");
    List<Step> opening = List.of(Step.CLAIMED, Step.DEPLOYED);
    from("Opening[tenure=tenure]", opening)
        .to(Step.CONSTRUCTED, "Ready[tenure=tenure, object=made]")
        .to(Step.RELEASE, "Releasing[from=Opening[tenure=tenure]]");
    List<Step> ready = and(opening, Step.CONSTRUCTED);
    from("Ready[tenure=tenure, object=made]", ready)
        .to(Step.RELEASE, "Releasing[from=Ready[tenure=tenure, object=made]]");
    from("Releasing[from=Opening[tenure=tenure]]", and(opening, Step.RELEASE))
        .to(Step.CONSTRUCTED, "Releasing[from=Ready[tenure=tenure, object=made]]")
        .to(Step.KEEP, "Opening[tenure=tenure]");
    from("Releasing[from=Ready[tenure=tenure, object=made]]", and(ready, Step.RELEASE))
        .to(Step.KEEP, "Ready[tenure=tenure, object=made]");
  }

  private record Steps(Map<Step, String> next) {
    Steps to(Step step, String state) {
      next.put(step, state);
      return this;
    }
  }

  private static Steps from(String state, List<Step> way) {
    Map<Step, String> next = new LinkedHashMap<>();
    CASES.put(state, new Case(way, next));
    return new Steps(next);
  }

  private static List<Step> and(List<Step> way, Step step) {
    List<Step> longer = new ArrayList<>(way);
    longer.add(step);
    return longer;
  }

  private static LifeCycle<String> at(String state) {
    LifeCycle<String> life = new LifeCycle<>();
    Case reached = Objects.requireNonNull(CASES.get(state), state);
    reached.way().forEach(step -> assertThat(step.take(life)).isTrue());
    assertThat(life.state()).hasToString(state);
    return life;
  }

  static Stream<Arguments> everyStepFromEveryState() {
    return CASES.entrySet().stream()
        .flatMap(
            each ->
                Stream.of(Step.values())
                    .map(
                        step ->
                            Arguments.of(each.getKey(), step, each.getValue().next().get(step))));
  }

  @ParameterizedTest(name = "{1} from {0}")
  @MethodSource
  void everyStepFromEveryState(String state, Step step, @Nullable String next) {
    LifeCycle<String> life = at(state);
    if (step == Step.END) {
      WeftException why = why();
      assertThat(life.end(why)).hasToString(state);
      assertThat(life.state())
          .isInstanceOfSatisfying(
              Over.class,
              over -> {
                assertThat(over.why()).isSameAs(why);
                assertThat(over.last()).hasToString(state);
              });
    } else if (next != null) {
      assertThat(step.take(life)).isTrue();
      assertThat(life.state()).hasToString(next);
    } else if (step == Step.AWAITED) {
      step.take(life);
      assertThat(life.state()).hasToString(state);
    } else {
      assertThatThrownBy(() -> step.take(life))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is no step from");
      assertThat(life.state()).hasToString(state);
    }
  }

  static Stream<Arguments> everyStepComesTooLateForOneThatIsOver() {
    return CASES.keySet().stream()
        .flatMap(state -> Stream.of(Step.values()).map(step -> Arguments.of(state, step)));
  }

  @ParameterizedTest(name = "{1} after the end in {0}")
  @MethodSource
  void everyStepComesTooLateForOneThatIsOver(String state, Step step) {
    LifeCycle<String> life = at(state);
    life.end(null);
    assertThat(life.isOver()).isTrue();
    String over = life.state().toString();
    assertThat(step == Step.AWAITED || !step.take(life)).isTrue();
    assertThat(life.state()).hasToString(over);
  }

  @Test
  void whatItHasWhileItOwnsItsObjectIsKeptForTheTurnsThatHaveNotNoticedTheEnd() {
    for (String state : CASES.keySet()) {
      LifeCycle<String> life = at(state);
      String tenure = life.tenure();
      assertThat(tenure).isEqualTo(state.contains("tenure") ? "tenure" : null);
      life.end(why());
      assertThat(life.tenure()).isEqualTo(tenure);
    }
  }

  @Test
  void peopleSeeFourWords() {
    assertThat(CASES.keySet().stream().map(state -> at(state).state().word()))
        .containsExactly(
            "claiming", "claiming", "claiming", "ready", "ready", "releasing", "releasing");
    LifeCycle<String> over = new LifeCycle<>();
    over.end(null);
    assertThat(over.state().word()).isEqualTo("over");
    assertThat(at("Releasing[from=Opening[tenure=tenure]]").state()).isInstanceOf(Releasing.class);
  }
}

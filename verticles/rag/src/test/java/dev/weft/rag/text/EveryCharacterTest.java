package dev.weft.rag.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No character, wherever it stands, stops the cutting or makes it lose its place. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryCharacterTest {

  private final List<Chunker> chunkers = List.of(new Chunker(1, 1), new Chunker(12, 5));

  /** Every character of the basic plane, and of the others enough to meet each category. */
  private static IntStream characters() {
    return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
        .filter(c -> c < Character.MIN_SUPPLEMENTARY_CODE_POINT || c % 601 == 0)
        .filter(c -> Character.getType(c) != Character.SURROGATE);
  }

  private static Arguments place(String name, IntFunction<String> text) {
    return Arguments.of(Named.of(name, text));
  }

  static Stream<Arguments> places() {
    return Stream.of(
        place("alone", Character::toString),
        place("in a row", c -> Character.toString(c).repeat(9)),
        place("at the start", c -> Character.toString(c) + "The beginning. Then more."),
        place("between words", c -> "In the" + Character.toString(c) + "middle."),
        place("between sentences", c -> "One ends." + Character.toString(c) + "Another begins."),
        place(
            "at the start of lines",
            c ->
                "One ends. "
                    + Character.toString(c)
                    + " another\n"
                    + Character.toString(c)
                    + "# Line"),
        place(
            "in headings and fences",
            c -> "# Heading" + Character.toString(c) + "```" + Character.toString(c) + "~~~"),
        place("at the end", c -> "The end" + Character.toString(c)),
        place("after the last full stop", c -> "The end." + Character.toString(c)),
        place("among ideographs", c -> "漢" + Character.toString(c) + "字。" + Character.toString(c)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void chunksOfAnyCharacterAnywhereAreInOrderAndLeaveOutOnlyBlanks(IntFunction<String> place) {
    characters()
        .forEach(
            c -> {
              String text = place.apply(c);
              for (Chunker chunker : chunkers) {
                String fault = fault(text, Cutting.cut(chunker, text));
                if (!fault.isEmpty()) {
                  fail("U+%04X: %s", c, fault);
                }
              }
            });
  }

  @Test
  void aLineBreakIsBlankAndABlankIsOneUnitLong() {
    characters()
        .filter(c -> Characters.isLineBreak(c) || Characters.isWordSpace(c))
        .forEach(c -> assertThat(Characters.isBlank(c)).as("U+%04X", c).isTrue());
    characters()
        .filter(Characters::isBlank)
        .forEach(c -> assertThat(Character.charCount(c)).as("U+%04X", c).isOne());
    assertThat("\n\r\u000B\f\u0085\u2028\u2029".chars()).allMatch(Characters::isLineBreak);
  }

  @Test
  void aNextLineEndsALineAndIsNoText() {
    String text = "The end\u0085";
    assertThat(chunk(text)).containsExactly("The end");
    assertThat(chunk("\u0085The beginning")).containsExactly("The beginning");
    assertThat(Cutting.sentences("One\u0085Two").stream().map(s -> s.start() + "-" + s.end()))
        .containsExactly("0-3", "4-7");
    assertThat(chunk("\u0085 \u2028\u200B\u0007")).isEmpty();
  }

  private static List<String> chunk(String text) {
    return Cutting.cut(new Chunker(400, 200), text).stream().map(chunk -> chunk.of(text)).toList();
  }

  /** What is wrong with the chunks of a text; empty when nothing is. */
  private static String fault(String text, List<Chunk> chunks) {
    int at = 0;
    for (Chunk chunk : chunks) {
      if (chunk.start() < at || chunk.end() <= chunk.start() || chunk.end() > text.length()) {
        return "out of order: " + chunk;
      }
      if (!blank(text, at, chunk.start())) {
        return "text left out before " + chunk;
      }
      if (Characters.isBlank(text.charAt(chunk.start()))
          || Characters.isBlank(text.charAt(chunk.end() - 1))) {
        return "blanks at the ends of " + chunk;
      }
      if (splitsPair(text, chunk.start()) || splitsPair(text, chunk.end())) {
        return "half a character in " + chunk;
      }
      at = chunk.end();
    }
    return blank(text, at, text.length()) ? "" : "text left out at the end";
  }

  private static boolean blank(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(Characters::isBlank);
  }

  private static boolean splitsPair(String text, int at) {
    return at > 0
        && at < text.length()
        && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
  }
}

package dev.weft.rag.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkerTest {

  private final Chunker chunker = new Chunker(400, 200);

  private static List<String> sentences(String text) {
    return Cutting.sentences(text).stream().map(s -> text.substring(s.start(), s.end())).toList();
  }

  private static List<String> chunks(Chunker chunker, String text) {
    return Cutting.cut(chunker, text).stream().map(chunk -> chunk.of(text)).toList();
  }

  @Test
  void sentencesEndAtTerminatorsOfEitherScript() {
    assertThat(sentences("It works. Does it? Yes! “Good.” She left."))
        .containsExactly("It works.", "Does it?", "Yes!", "“Good.”", "She left.");
    assertThat(sentences("他来了。她走了！真的吗？是；不是。「好。」完"))
        .containsExactly("他来了。", "她走了！", "真的吗？", "是；", "不是。", "「好。」", "完");
    assertThat(sentences("OK.然后走。真的?是的")).containsExactly("OK.", "然后走。", "真的?", "是的");
  }

  @Test
  void abbreviationsDecimalsAndInitialsEndNothing() {
    String text =
        "Dr. J. Smith of the U.S. Navy paid $3.14 for No. 5, e.g. Bread, i.e. Food, at 9 a.m."
            + " There.";
    assertThat(sentences(text)).containsExactly(text);
    assertThat(sentences("See example.com. He said no. Version 2.5.1 is out."))
        .containsExactly("See example.com.", "He said no.", "Version 2.5.1 is out.");
    assertThat(sentences("1. First item\n2. Second item"))
        .containsExactly("1. First item", "2. Second item");
    assertThat(sentences("圆周率是3.14左右。")).containsExactly("圆周率是3.14左右。");
  }

  @Test
  void linesEndSentencesUnlessTheTextWasWrappedByHand() {
    assertThat(sentences("one\ntwo\r\n\r\nThree\rFour"))
        .containsExactly("one\ntwo", "Three", "Four");
    assertThat(sentences("wrapped\n\nlower")).containsExactly("wrapped", "lower");
    assertThat(sentences("- a\n- b")).containsExactly("- a", "- b");
  }

  @Test
  void wholeSentencesArePackedUpToTheLimit() {
    String sentence = "This sentence has exactly fifty characters in it. ";
    String text = sentence.repeat(20);
    assertThat(chunks(chunker, text)).hasSize(3).allMatch(c -> c.length() <= 400);
    assertThat(chunks(chunker, text)).allMatch(c -> c.startsWith("This") && c.endsWith("it."));
  }

  @Test
  void cjkTextIsPackedToItsOwnLimit() {
    String text = "这个句子正好有二十个汉字组成不多也不少了。".repeat(30);
    assertThat(chunks(chunker, text))
        .allMatch(c -> c.length() <= 200 && c.endsWith("。"))
        .first()
        .satisfies(c -> assertThat(c.length()).isGreaterThan(150));
  }

  @Test
  void aHeadingBeginsAChunkAndStaysWithItsText() {
    String text =
        "Intro text.\n\n# One\n\n## Detail\n\nBody of one. More.\n# Two\nBody of two.\n# Last";
    assertThat(chunks(chunker, text))
        .containsExactly(
            "Intro text.",
            "# One\n\n## Detail\n\nBody of one. More.",
            "# Two\nBody of two.",
            "# Last");
    String longBody = "# Title\n" + "many words, and more words ".repeat(40);
    assertThat(chunks(chunker, longBody).getFirst()).startsWith("# Title\nmany words");
  }

  @Test
  void aHashInCodeIsNoHeading() {
    String text = "Run:\n```\n# comment\nmake all\n```\nDone.";
    assertThat(chunks(chunker, text)).containsExactly(text);
  }

  @Test
  void aFenceEndsWithItsOwnKindAndLengthOnly() {
    String text =
        "# Install\n"
            + "Run it.\n\n"
            + "````sh\n"
            + "echo one\n"
            + "```\n"
            + "# no heading\n"
            + "echo two\n"
            + "````\n\n"
            + "## Next\n"
            + "Prose.\n\n"
            + "~~~yaml\n"
            + "```\n"
            + "# no heading\n"
            + "key: 1\n"
            + "~~~\n\n"
            + "# Last\n"
            + "```not a fence`\n"
            + "End.";
    assertThat(chunks(chunker, text))
        .extracting(chunk -> chunk.lines().findFirst().orElseThrow())
        .containsExactly("# Install", "## Next", "# Last");
  }

  @Test
  void anOverlongSentenceIsCutAtAClauseOrBetweenWords() {
    String clauses = "the first part of it is here, ".repeat(40);
    assertThat(chunks(chunker, clauses)).allMatch(c -> c.length() <= 400 && c.endsWith(","));
    String words = "word ".repeat(400);
    assertThat(chunks(chunker, words)).allMatch(c -> c.length() <= 400 && c.endsWith("word"));
    String chinese = "没有标点的一句很长的话".repeat(60);
    assertThat(chunks(chunker, chinese)).allMatch(c -> c.length() <= 200);
    assertThat(String.join("", chunks(chunker, chinese))).isEqualTo(chinese);
  }

  @Test
  void numbersAndIdentifiersStayWhole() {
    Chunker small = new Chunker(20, 10);
    String text =
        "total 1,234,567.89 and snake_case_identifier_name or １２，３４５ at https://a.example/b?c=d,e";
    for (String token : text.split(" ")) {
      assertThat(chunks(small, text)).anyMatch(c -> List.of(c.split("\\s")).contains(token));
    }
    String mixed = "价格是1,234,567元，变量名some_long_variable_name_here在第12345678行出现了很多次";
    String joined = String.join("|", chunks(small, mixed));
    assertThat(joined).contains("1,234,567").contains("some_long_variable_name_here");
    assertThat(joined).contains("12345678");
  }

  @Test
  void aWordWithoutEndIsCutAfterAllButNotInsideACharacter() {
    String endless = "x".repeat(100_000);
    assertThat(chunks(chunker, endless)).allMatch(c -> c.length() <= 2_000);
    assertThat(String.join("", chunks(chunker, endless))).isEqualTo(endless);
    String family = "👩‍👩‍👧‍👦".repeat(2_000);
    assertThat(chunks(chunker, family)).allMatch(c -> c.startsWith("👩"));
    assertThat(String.join("", chunks(chunker, family))).isEqualTo(family);
  }

  @Test
  void blankTextHasNoChunks() {
    assertThat(Cutting.cut(chunker, "")).isEmpty();
    assertThat(Cutting.cut(chunker, " \r\n\t\u00A0\u3000\uFEFF")).isEmpty();
  }

  @Test
  void megabytesWithoutASentenceEndTakeNoQuadraticTime() {
    assertThat(Cutting.cut(chunker, "word ".repeat(800_000))).hasSizeGreaterThan(9_000);
    assertThat(Cutting.cut(chunker, "a.".repeat(2_000_000))).isNotEmpty();
    assertThat(Cutting.cut(chunker, "啊".repeat(1_300_000))).hasSizeGreaterThan(6_000);
  }

  @Test
  void chunksOfAnyTextReproduceItWithoutLossOrOverlap() {
    String[] atoms = {
      "word",
      "Word",
      "3.14",
      "1,000",
      "e.g.",
      "U.S.",
      ". ",
      "! ",
      "? ",
      "。",
      "！",
      "；",
      "，",
      ", ",
      "\r\n",
      "\n",
      "\n\n",
      "\r",
      " ",
      "\t",
      "\u00A0",
      "# ",
      "## Head\n",
      "```\n",
      "漢字",
      "かな",
      "カナ",
      "한국어",
      "👍",
      "👩‍👩‍👧",
      "e\u0301",
      "ا",
      "؟ ",
      "हिन्दी।",
      "id_x",
      "(",
      ")",
      "「",
      "」",
      "\"",
      "\u2009",
      "\uD83D\uDE00",
      ".",
      "…",
      "x".repeat(60),
      "汉".repeat(45)
    };
    Random random = new Random(7);
    for (int round = 0; round < 3_000; round++) {
      StringBuilder built = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        built.append(atoms[random.nextInt(atoms.length)]);
      }
      Chunker any = new Chunker(10 + random.nextInt(80), 1 + random.nextInt(10));
      check(any, built.toString());
    }
  }

  private static void check(Chunker chunker, String text) {
    int at = 0;
    for (Chunk chunk : Cutting.cut(chunker, text)) {
      assertThat(chunk.start()).as(text).isGreaterThanOrEqualTo(at);
      assertThat(chunk.end()).as(text).isGreaterThan(chunk.start());
      assertBlank(text, at, chunk.start());
      assertThat(Characters.isBlank(text.charAt(chunk.start()))).as(text).isFalse();
      assertThat(Characters.isBlank(text.charAt(chunk.end() - 1))).as(text).isFalse();
      if (chunk.end() < text.length()) {
        assertThat(
                Character.isSurrogatePair(text.charAt(chunk.end() - 1), text.charAt(chunk.end())))
            .as(text)
            .isFalse();
      }
      at = chunk.end();
    }
    assertBlank(text, at, text.length());
  }

  private static void assertBlank(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(Characters.isBlank(text.charAt(i))).as(text + " @" + i).isTrue();
    }
  }
}

package dev.weft.testkit.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Inputs that have made parsers slow, in any size. Immutable and thread-safe.
 *
 * @param name what it is, for messages
 */
public record Adversarial(String name, IntFunction<String> maker) {

  private static final int CATEGORIES = 31;

  /** Characters that mean something to a parser of text, Markdown or JSON, or grow when folded. */
  private static final String SPECIAL =
      "\n\r\t\f\u0085\u00A0\u00AD\u200B\u200D\u2028\u2029\uFEFF.,;:!?\"'`~#*_-+=|/\\<>()[]{}&%$@^0"
          + "aA\u03A3\u0130\u0301\u0345\u0E33\u1100\u3042\u3002\u300C\uAC00\uD7A3\uFDFA\uFF01";

  /** An input of about so many UTF-16 units. */
  public String ofSize(int units) {
    return maker.apply(units);
  }

  /**
   * Every Unicode category and the characters with a meaning of their own: each alone in a row,
   * between letters, between words, and at the ends of lines.
   */
  public static List<Adversarial> characters() {
    List<Adversarial> all = new ArrayList<>();
    Stream.concat(categories().boxed(), SPECIAL.codePoints().boxed())
        .distinct()
        .forEach(
            c -> {
              String one = Character.toString(c);
              String name = "U+%04X ".formatted(c);
              all.add(
                  new Adversarial(
                      name + "in a row before a letter", units -> cut(one, units) + "x"));
              all.add(repeated(name + "between letters", "a" + one));
              all.add(repeated(name + "between words", "Ab " + one + " c"));
              all.add(repeated(name + "at the ends of lines", one + one + "x\n" + one));
            });
    return List.copyOf(all);
  }

  /** The first character of each category that text may hold. */
  private static IntStream categories() {
    int[] first = new int[CATEGORIES];
    for (int c = Character.MAX_CODE_POINT; c > 0; c--) {
      first[Character.getType(c)] = c;
    }
    return IntStream.range(0, CATEGORIES)
        .filter(type -> type != Character.SURROGATE)
        .map(type -> first[type])
        .filter(c -> c > 0);
  }

  /** Words, lines and documents: one endless word, many short lines, headings, fences, tables. */
  public static List<Adversarial> texts() {
    return List.of(
        repeated("one endless word", "x"),
        repeated("words", "word "),
        repeated("sentences", "One. "),
        repeated("sentences without spaces", "a.B."),
        repeated("abbreviations", "e.g. U.S. Dr. "),
        new Adversarial(
            "capital sigmas before a full stop", units -> cut("\u03a3", units) + ". Then this."),
        repeated("lines", "a\n"),
        repeated("blank lines", "a\n\n\n\n"),
        repeated("lines that go on", "A\n      b"),
        repeated("headings", "# a\n"),
        repeated("headings within headings", "# a\n## b\n### c\n#### d\n##### e\n###### f\nx\n"),
        new Adversarial("one endless heading", units -> "# " + cut("a ", units)),
        repeated("fences", "```\n"),
        repeated("fences of both kinds", "````\n~~~\n```\n"),
        new Adversarial("a fence never closed", units -> "```\n" + cut("# a\n", units)),
        new Adversarial("one endless fence mark", units -> cut("`", units)),
        repeated("table rows", "| a | b |\n|---|---|\n"),
        new Adversarial(
            "a table of one long header", units -> "|" + cut(" a |", units / 2) + "\n|-|\n"),
        new Adversarial(
            "rows under a long header",
            units -> "|" + cut(" a |", 400) + "\n|---|\n" + cut("| b |\n", units)),
        repeated("dotted identifiers", "aB.c_D-"),
        repeated("digits", "1,234.5 "),
        new Adversarial("one endless number", units -> cut("1,234", units)),
        repeated("opening brackets", "(["),
        repeated("quotes after full stops", ".\"'"),
        repeated("ideographs", "漢字"),
        repeated("ideographs and letters", "漢a"),
        repeated("combining marks", "e\u0301\u0302\u0303"),
        new Adversarial("marks in the wrong order", units -> "e" + cut("\u0301\u0316", units)),
        repeated("sigmas", "a\u03A3"),
        repeated("a family", "👩‍👩‍👧‍👦"),
        repeated("flags", "🇩🇪"),
        distinctWords());
  }

  /** Words of which none is there twice. */
  public static Adversarial distinctWords() {
    return new Adversarial(
        "distinct words",
        units -> {
          StringBuilder text = new StringBuilder(units + 16);
          for (int i = 0; text.length() < units; i++) {
            text.append('w').append(Integer.toString(i, Character.MAX_RADIX)).append(' ');
          }
          return text.toString();
        });
  }

  /** JSON objects and arrays: many fields, deep nesting, long names, long strings and numbers. */
  public static List<Adversarial> json() {
    return List.of(
        fields("many fields", "\"f%d\":0"),
        new Adversarial(
            "one field many times", units -> "{" + joined("\"same\":0", units / 9) + "}"),
        new Adversarial(
            "fields whose names share a hash",
            units -> "{" + String.join(",", sameHash(units / 40)) + "}"),
        new Adversarial("nested arrays", units -> "[".repeat(units / 2) + "]".repeat(units / 2)),
        new Adversarial(
            "nested objects", units -> "{\"a\":".repeat(units / 6) + "0" + "}".repeat(units / 6)),
        new Adversarial("arrays never closed", units -> "[".repeat(units)),
        new Adversarial("a long name", units -> "{\"" + cut("n", units) + "\":0}"),
        new Adversarial("a long name of escapes", units -> "{\"" + cut("\\u0061", units) + "\":0}"),
        new Adversarial("a long text", units -> "{\"a\":\"" + cut("x", units) + "\"}"),
        new Adversarial("a long text of escapes", units -> "{\"a\":\"" + cut("\\n", units) + "\"}"),
        new Adversarial("a text never closed", units -> "{\"a\":\"" + cut("\\\\", units)),
        new Adversarial("a long number", units -> "{\"a\":" + cut("9", units) + "}"),
        new Adversarial("a large exponent", units -> "{\"a\":1e" + cut("9", units) + "}"),
        new Adversarial("a long fraction", units -> "{\"a\":0." + cut("3", units) + "}"),
        new Adversarial("blanks", units -> "{" + cut(" \n", units) + "}"),
        new Adversarial("many small objects", units -> "[" + joined("{}", units / 3) + "]"),
        new Adversarial("many empty texts", units -> "[" + joined("\"\"", units / 3) + "]"));
  }

  /**
   * An input in many tiny pieces, as a stream may bring it.
   *
   * @param length of a piece in UTF-16 units
   */
  public List<String> inPieces(int units, int length) {
    String whole = ofSize(units);
    return IntStream.iterate(0, at -> at < whole.length(), at -> at + length)
        .mapToObj(at -> whole.substring(at, Math.min(at + length, whole.length())))
        .toList();
  }

  /** A unit over and over. */
  public static Adversarial repeated(String name, String unit) {
    return new Adversarial(name, units -> cut(unit, units));
  }

  private static Adversarial fields(String name, String format) {
    return new Adversarial(
        name,
        units -> {
          StringBuilder text = new StringBuilder(units + 16).append('{');
          for (int i = 0; text.length() < units; i++) {
            text.append(i == 0 ? "" : ",").append(format.replace("%d", Integer.toString(i)));
          }
          return text.append('}').toString();
        });
  }

  /** Fields with different names of one {@link String#hashCode()}, 20 letters each. */
  private static List<String> sameHash(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              StringBuilder name = new StringBuilder("\"");
              for (int bit = 0; bit < 20; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
              }
              return name.append("\":0").toString();
            })
        .toList();
  }

  private static String joined(String unit, int count) {
    return (unit + ",").repeat(Math.max(0, count - 1)) + unit;
  }

  private static String cut(String unit, int units) {
    return unit.repeat(Math.max(1, units / unit.length()));
  }
}

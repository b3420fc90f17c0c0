package dev.weft.rag.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TablesTest {
  private final Chunker chunker = new Chunker(120, 60);

  private static String rows(String row) {
    return IntStream.range(0, 40).mapToObj(row::formatted).reduce("", (a, b) -> a + "\n" + b);
  }

  private List<String> headers(String text) {
    return Tables.headers(text, Cutting.cut(chunker, text), Cutting.ample()).stream()
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "| Part | Stock |\n|---|---:|~| K-%d | 4.25 |",
        "Part | Stock\n--- | ---~K-%d | 4.25",
        "   | Part | Stock |\n   |:-|-:|~   | K-%d | 4.25 |",
        "part,stock,price~q-%d,14,4.25",
        "part,stock~q-%d,14",
        "part, stock, price, shelf~q-%d, 14, 4.25, s1",
        "part;stock~Q-%d;14",
        "part\tstock\tprice~Q-%d\t14\t",
        "part|stock~Q-%d|14",
        "\"part, or set\",\"stock\",price~\"Q, %d\",\"1,400\",4.25",
        "零件,库存,价格~甲-%d,14,4.25",
      })
  void rowsAreNeitherPartedNorLeftWithoutTheirHeader(String table) {
    String header = table.substring(0, table.indexOf('~'));
    String row = table.substring(table.indexOf('~') + 1);
    String text = "Some words come first.\n\n" + header + rows(row) + "\n\nAnd some after it.";
    List<Chunk> chunks = Cutting.cut(chunker, text);
    List<String> headers = Tables.headers(text, chunks, Cutting.ample());

    assertThat(headers(text)).containsExactly(header.strip());
    for (int i = 0; i < chunks.size(); i++) {
      String chunk = chunks.get(i).of(text);
      boolean ofTable = !chunk.startsWith("Some words") && !chunk.startsWith("And some");
      assertThat(headers.get(i) != null || chunk.startsWith(header.strip()))
          .as(chunk)
          .isEqualTo(ofTable);
      Stream.of(chunk.split("\n"))
          .map(String::strip)
          .forEach(line -> assertThat(text.lines().map(String::strip)).contains(line));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "He came, she left.\nThey sang, we wept.\nIt rained, it shone.",
        "Dear John,\nThank you,\nJane,",
        "Total 1,234\nTotal 5,678\nTotal 9,012",
        "call(a, b);\ncall(c, d);\ncall(e, f);",
        "a|b",
        "one,two\nthree,four",
        "1,2,3\n4,5,6\n7,8,9\n1,2,3",
        "| a line with bars |\nand one without",
      })
  void whatIsNoTableHasNoHeader(String text) {
    assertThat(headers(text + "\n" + "Filler words follow here, and more. ".repeat(20))).isEmpty();
    assertThat(headers((text + "\n\n").repeat(10))).isEmpty();
  }

  @Test
  void eachOfSeveralTablesHasItsOwnHeader() {
    String text =
        "Between them stand words.\n\na,b,c"
            + rows("x%d,2,3")
            + "\n\nBetween them stand words.\n\n| D | E |\n|-|-|"
            + rows("| y%d | 2 |");
    assertThat(headers(text)).containsExactly("a,b,c", "| D | E |\n|-|-|");
  }
}

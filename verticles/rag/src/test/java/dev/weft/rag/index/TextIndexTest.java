package dev.weft.rag.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.rag.text.Chunker;
import dev.weft.rag.text.Cutting;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextIndexTest {

  private static final long A = 1;
  private static final long B = 2;

  private final Chunker chunker = new Chunker(400, 200);
  private TextIndex index;

  @BeforeEach
  void open() throws IOException {
    index = new TextIndex(new ByteBuffersDirectory());
  }

  @AfterEach
  void close() throws IOException {
    index.close();
  }

  private void put(long key, long collection, String text) throws IOException {
    index.replace(
        new IndexedDocument(
            key,
            collection,
            1,
            "doc-" + key,
            "Title " + key,
            text,
            Map.of("n", Long.toString(key)),
            Cutting.cut(chunker, text),
            null),
        Cutting.ample());
    index.refresh();
  }

  private List<String> ids(long collection, String query) throws IOException {
    return index.search(collection, query, 10).stream().map(Hit::documentId).toList();
  }

  @Test
  void aHitCarriesTheExactTextItsOffsetsAndItsDocument() throws IOException {
    String text =
        "  First sentence here. 😀\r\n\r\n" + "Filler words follow. ".repeat(30) + "Zebra!";
    put(7, A, text);
    Hit hit = index.search(A, "zebra", 5).getFirst();
    assertThat(hit.documentId()).isEqualTo("doc-7");
    assertThat(hit.title()).isEqualTo("Title 7");
    assertThat(hit.metadata()).containsExactly(Map.entry("n", "7"));
    assertThat(hit.score()).isPositive();
    assertThat(hit.text()).isEqualTo(text.substring(hit.start(), hit.end())).endsWith("Zebra!");
  }

  @Test
  void aRowOfATableIsFoundAndShownWithItsHeader() throws IOException {
    StringBuilder text = new StringBuilder("part,stock,price");
    for (int i = 100; i < 160; i++) {
      text.append("\nQ-%d,%d,%d.25".formatted(i, i - 100, i / 9));
    }
    put(7, A, text.toString());
    Hit hit = index.search(A, "price of Q-147", 1).getFirst();
    assertThat(hit.header()).isEqualTo("part,stock,price");
    assertThat(hit.text())
        .isEqualTo("part,stock,price\n" + text.substring(hit.start(), hit.end()))
        .contains("Q-147,47,16.25");
    assertThat(index.search(A, "Q-100", 1).getFirst().header()).isNull();
  }

  @Test
  void simplifiedAndTraditionalChineseFindEachOther() throws IOException {
    put(1, A, "員工每年有三十天年假，請於系統內開通權限。");
    put(2, A, "员工须在系统内申请开通权限。");
    put(3, A, "東京の会議は水曜日です");
    for (String query : List.of("开通权限", "開通權限", "员工", "員工")) {
      assertThat(ids(A, query)).as(query).contains("doc-1", "doc-2");
    }
    for (String query : List.of("东京", "東京", "會議", "东")) {
      assertThat(ids(A, query)).as(query).containsExactly("doc-3");
    }
  }

  @Test
  void wordsMatchAcrossFormsCaseWidthAndAccents() throws IOException {
    put(1, A, "The runners' CAFÉ opened; Ｗｉｄｅ letters and straße too.");
    for (String query : List.of("running runner", "cafe", "opening", "wide", "STRASSE", "letter")) {
      assertThat(ids(A, query)).as(query).containsExactly("doc-1");
    }
    assertThat(ids(A, "closed")).isEmpty();
  }

  @Test
  void chineseMatchesByPairsAndSingleCharacters() throws IOException {
    put(1, A, "我家的猫喜欢吃鱼。");
    put(2, A, "狗在院子里睡觉。");
    put(3, A, "他养了一只猫");
    assertThat(ids(A, "喜欢吃鱼")).containsExactly("doc-1");
    assertThat(ids(A, "院子")).containsExactly("doc-2");
    assertThat(ids(A, "猫")).containsExactlyInAnyOrder("doc-1", "doc-3");
    assertThat(ids(A, "鱼")).containsExactly("doc-1");
    assertThat(ids(A, "猫 睡觉")).containsExactlyInAnyOrder("doc-1", "doc-2", "doc-3");
    assertThat(ids(A, "兔")).isEmpty();
  }

  @Test
  void otherScriptsMatchToo() throws IOException {
    put(1, A, "これはカタカナとひらがなの文です。");
    put(2, A, "한국어 문장도 찾을 수 있어야 합니다.");
    put(3, A, "ภาษาไทยไม่มีช่องว่าง");
    put(4, A, "Ελληνικά και русский язык");
    assertThat(ids(A, "ひらがな")).containsExactly("doc-1");
    assertThat(ids(A, "한국어")).containsExactly("doc-2");
    assertThat(ids(A, "ไทย")).containsExactly("doc-3");
    assertThat(ids(A, "РУССКИЙ")).containsExactly("doc-4");
  }

  @Test
  void nothingTypedIsSyntax() throws IOException {
    put(1, A, "plain words");
    for (String query :
        List.of("words AND (", "\"words", "words~^*?:\\/", "-words", "[words TO", "w words +")) {
      assertThat(ids(A, query)).as(query).containsExactly("doc-1");
    }
    assertThat(ids(A, "!!! ??? 😀")).isEmpty();
    assertThat(ids(A, "*")).isEmpty();
  }

  @Test
  void theRarestTermsOfAVeryLongQueryCount() throws IOException {
    StringBuilder common = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      common.append("w").append(i).append(' ');
    }
    put(1, A, common.toString());
    put(2, A, common + " needle");
    List<Hit> hits = index.search(A, common + " needle", 50);
    assertThat(hits).anyMatch(hit -> hit.text().contains("needle"));
    assertThat(index.search(A, "一二三四五六七八九十".repeat(1_000), 5)).isEmpty();
  }

  @Test
  void oneCollectionIsNeitherSeenNorFeltByAnother() throws IOException {
    put(1, A, "apple pie");
    put(2, A, "cherry pie");
    double before = index.search(A, "apple", 5).getFirst().score();
    for (int i = 0; i < 50; i++) {
      put(100 + i, B, "apple apple secret orchard " + i);
    }
    assertThat(index.search(A, "apple", 5)).hasSize(1);
    assertThat(index.search(A, "apple", 5).getFirst().score()).isEqualTo(before);
    assertThat(ids(A, "secret")).isEmpty();
  }

  @Test
  void replacingAndDeletingLeaveNothingBehind() throws IOException {
    put(1, A, "old text " + "and more sentences. ".repeat(100));
    put(1, A, "new words");
    assertThat(ids(A, "old")).isEmpty();
    assertThat(ids(A, "new")).containsExactly("doc-1");
    assertThat(index.documents()).isEqualTo(1);
    put(2, B, "other");
    index.delete(1);
    index.deleteCollection(B);
    index.refresh();
    assertThat(ids(A, "new")).isEmpty();
    assertThat(ids(B, "other")).isEmpty();
    assertThat(index.documents()).isZero();
  }

  @Test
  void wordsLongerThanLuceneTakesAreNoObstacle() throws IOException {
    String folding = "\uFDFA".repeat(4_000);
    put(1, A, folding + " and " + "x".repeat(100_000));
    assertThat(ids(A, folding)).containsOnly("doc-1");
  }

  private void putTitled(long key, String title, String text) throws IOException {
    index.replace(
        new IndexedDocument(
            key, A, 1, "doc-" + key, title, text, Map.of(), Cutting.cut(chunker, text), null),
        Cutting.ample());
    index.refresh();
  }

  @Test
  void titlesAndIdsAreSearched() throws IOException {
    putTitled(1, "Leave policy 2025", "Everyone has 30 days a year.");
    putTitled(2, "报销制度.docx", "Nothing else.");
    assertThat(ids(A, "policy")).containsExactly("doc-1");
    assertThat(ids(A, "报销")).containsExactly("doc-2");
    assertThat(ids(A, "制")).containsExactly("doc-2");
    assertThat(ids(A, "docx")).containsExactly("doc-2");
    assertThat(ids(A, "days")).containsExactly("doc-1");
    assertThat(ids(A, "doc-2")).startsWith("doc-2");
  }

  @Test
  void joinedWordsAreFoundWholeAndByTheirParts() throws IOException {
    put(
        1,
        A,
        "It was replaced.Next comes report_final.pdf, see os.path.join and jane.doe@ab.co.uk");
    put(2, A, "String getUserName(int user_id) throws XMLHttpError; MAX_RETRY_COUNT iPhone15 v2.3");
    for (String query :
        List.of(
            "replaced",
            "next",
            "final",
            "report_final",
            "pdf",
            "path",
            "os.path",
            "jane",
            "jane.doe",
            "ab.co.uk")) {
      assertThat(ids(A, query)).as(query).containsExactly("doc-1");
    }
    for (String query :
        List.of(
            "user name",
            "user id",
            "getusername",
            "getUserName",
            "http",
            "retry",
            "iphone",
            "iphone 15",
            "iPhone15",
            "max_retry_count",
            "2.3")) {
      assertThat(ids(A, query)).as(query).containsExactly("doc-2");
    }
  }

  @Test
  void aNumberIsFoundHoweverItIsSpelled() throws IOException {
    put(1, A, "Total 1,234,567.89 USD and 5,120 units; pi is 3.14");
    put(2, A, "10\u00a0000 km; invoice 51200; 314 pieces");
    put(3, A, "ISBN 978-3-16-148410-0, phone +49 170 1234567");
    for (String query : List.of("1234567.89", "1.234.567,89", "1 234 567", "5120", "5,120")) {
      assertThat(ids(A, query)).as(query).contains("doc-1");
    }
    assertThat(ids(A, "10000")).containsExactly("doc-2");
    assertThat(ids(A, "9783161484100")).containsExactly("doc-3");
    assertThat(ids(A, "1701234567")).containsExactly("doc-3");
    assertThat(ids(A, "5120")).doesNotContain("doc-2");
    assertThat(ids(A, "314")).containsExactly("doc-2");
  }

  @Test
  void theSameTextIsGivenOnce() throws IOException {
    for (int i = 0; i < 30; i++) {
      put(i, A, "The reactor coolant is replaced every month.");
    }
    put(
        100,
        A,
        "The coolant supplier changed; the reactor was not asked, as far as anybody knows.");
    assertThat(index.search(A, "reactor coolant", 2))
        .hasSize(2)
        .anyMatch(hit -> hit.documentId().equals("doc-100"));
  }

  @Test
  void oneDocumentFillsTheAnswerOnlyWhenNoOtherFits() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4_000; i++) {
      text.append("Item ").append(i).append(" is the bridge budget, bridge repair and more. ");
    }
    put(1, A, text.toString());
    assertThat(ids(A, "bridge budget repair")).hasSize(10).containsOnly("doc-1");
    for (int i = 2; i < 7; i++) {
      put(i, A, "A note on a bridge, number " + i + ", with many other words around it. Really.");
    }
    assertThat(ids(A, "bridge budget repair"))
        .hasSize(10)
        .startsWith("doc-1")
        .contains("doc-2", "doc-3", "doc-4", "doc-5", "doc-6");
  }
}

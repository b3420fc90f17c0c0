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
}

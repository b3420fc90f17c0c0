package dev.weft.rag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Reason;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.CollectionRef;
import dev.weft.contracts.rag.CreateCollection;
import dev.weft.contracts.rag.Document;
import dev.weft.contracts.rag.DocumentInfo;
import dev.weft.contracts.rag.DocumentList;
import dev.weft.contracts.rag.DocumentRef;
import dev.weft.contracts.rag.Embed;
import dev.weft.contracts.rag.Embeddings;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.testkit.node.TestNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RagServiceIT {

  private static TestNode node;
  private static RagClient acme;
  private static RagClient other;

  @BeforeAll
  static void start() {
    node = TestNode.start(new RagService());
    acme = new RagClient(node, "acme");
    other = new RagClient(node, "other");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static <Q, R> void refuses(
      UnaryEndpoint<Q, R> endpoint, Q request, String code, String says) {
    WeftError error = acme.refused(endpoint, request);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(says);
  }

  @Test
  void collectionsAreCreatedListedAndDeleted() {
    CollectionInfo made =
        acme.call(RagApi.CREATE_COLLECTION, new CreateCollection("crud.b", "what it is"));
    acme.create("crud.a");
    assertThat(made.description()).isEqualTo("what it is");
    assertThat(made.createdAt()).endsWith("Z");
    assertThat(acme.call(RagApi.LIST_COLLECTIONS, Empty.INSTANCE).data())
        .extracting(CollectionInfo::name)
        .containsSubsequence("crud.a", "crud.b");
    acme.put("crud.b", "one", "Some text.");
    assertThat(acme.call(RagApi.GET_COLLECTION, new CollectionRef("crud.b")))
        .satisfies(info -> assertThat(info.documents()).isEqualTo(1))
        .satisfies(info -> assertThat(info.chunks()).isEqualTo(1));
    refuses(
        RagApi.CREATE_COLLECTION,
        new CreateCollection("crud.b", null),
        "rag:collection.conflict",
        "crud.b");
    acme.drop("crud.b");
    refuses(
        RagApi.GET_COLLECTION, new CollectionRef("crud.b"), "rag:collection.not_found", "crud.b");
    refuses(
        RagApi.DELETE_COLLECTION,
        new CollectionRef("crud.b"),
        "rag:collection.not_found",
        "create it");
  }

  @Test
  void documentsAreStoredAsTheyAreAndListedInPages() {
    acme.create("docs");
    String text = "A title\r\n\r\nText with 😀 and 汉字。 End.\n";
    DocumentInfo info =
        acme.call(
            RagApi.PUT_DOCUMENT,
            new PutDocument("docs", "b", "The title", text, Map.of("k", "v", "x", "")));
    assertThat(info.characters()).isEqualTo(text.length());
    Document got = acme.call(RagApi.GET_DOCUMENT, new DocumentRef("docs", "b"));
    assertThat(got.text()).isEqualTo(text);
    assertThat(got.info()).isEqualTo(info);
    assertThat(got.info().metadata()).isEqualTo(Map.of("k", "v", "x", ""));

    String made =
        acme.call(RagApi.PUT_DOCUMENT, new PutDocument("docs", null, null, "Hm.", null)).id();
    acme.put("docs", "a", "A.");
    DocumentList first = acme.call(RagApi.LIST_DOCUMENTS, new ListDocuments("docs", 2, null));
    assertThat(first.data()).extracting(DocumentInfo::id).containsExactly("a", "b");
    assertThat(first.hasMore()).isTrue();
    DocumentList second = acme.call(RagApi.LIST_DOCUMENTS, new ListDocuments("docs", 2, "b"));
    assertThat(second.data()).extracting(DocumentInfo::id).containsExactly(made);
    assertThat(second.hasMore()).isFalse();
    assertThat(made).startsWith("doc_");
  }

  @Test
  void searchFindsEnglishAndChineseWithExactOffsets() {
    acme.create("search");
    String english =
        "Weft stores its state in objects. "
            + "An unrelated sentence fills the room here. ".repeat(15)
            + "Invoices are paid within thirty days.";
    String chinese = "猫喜欢吃鱼。" + "这里有一些没有关系的句子。".repeat(20) + "发票将在三十天内支付。";
    acme.put("search", "en", english);
    acme.put("search", "zh", chinese);
    Hit en = acme.search("search", "when do you pay an invoice?").getFirst();
    assertThat(en.documentId()).isEqualTo("en");
    assertThat(en.text()).isEqualTo(english.substring(en.start(), en.end())).contains("thirty");
    Hit zh = acme.search("search", "什么时候支付发票？").getFirst();
    assertThat(zh.text()).isEqualTo(chinese.substring(zh.start(), zh.end())).contains("三十天");
    assertThat(acme.found("search", "猫")).containsExactly("zh");
    assertThat(acme.search("search", "zebra")).isEmpty();
    assertThat(acme.call(RagApi.SEARCH, new Search("search", "unrelated", 1)).hits()).hasSize(1);
    assertThat(acme.call(RagApi.SEARCH, new Search("search", "unrelated", null)).hits())
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void replacingAndDeletingLeaveNoTrace() throws Exception {
    acme.create("residue");
    acme.put("residue", "doc", "An elephant. " + "More of it follows here. ".repeat(100));
    acme.put("residue", "doc", "A giraffe.");
    assertThat(acme.found("residue", "elephant")).isEmpty();
    assertThat(acme.found("residue", "giraffe")).containsExactly("doc");
    assertThat(acme.call(RagApi.GET_COLLECTION, new CollectionRef("residue")).chunks()).isOne();
    acme.delete("residue", "doc");
    assertThat(acme.found("residue", "giraffe")).isEmpty();
    refuses(
        RagApi.DELETE_DOCUMENT,
        new DocumentRef("residue", "doc"),
        "rag:document.not_found",
        "residue");
    acme.put("residue", "other", "A giraffe again.");
    long before = rows("chunks");
    acme.drop("residue");
    acme.create("residue");
    assertThat(acme.found("residue", "giraffe")).isEmpty();
    assertThat(rows("chunks")).isEqualTo(before - 1);
    assertThat(count("SELECT count(*) FROM documents WHERE text LIKE '%giraffe%'")).isZero();
    assertThat(
            count(
                "SELECT count(*) FROM changes WHERE document <> 0 AND collection NOT IN"
                    + " (SELECT key FROM collections)"))
        .isZero();
  }

  private static long rows(String table) {
    return count("SELECT count(*) FROM " + table);
  }

  private static long count(String sql) {
    return node.context().database().query(sql).execute().await().iterator().next().getLong(0);
  }

  @Test
  void tenantsSeeNothingOfEachOther() {
    acme.create("shared-name");
    acme.put("shared-name", "secret", "The password is swordfish.");
    assertThat(other.refused(RagApi.SEARCH, new Search("shared-name", "swordfish", null)).reason())
        .isEqualTo(Reason.NOT_FOUND);
    other.create("shared-name");
    other.put("shared-name", "mine", "Nothing here.");
    assertThat(other.search("shared-name", "swordfish password")).isEmpty();
    assertThat(other.refused(RagApi.GET_DOCUMENT, new DocumentRef("shared-name", "secret")).code())
        .isEqualTo("rag:document.not_found");
    assertThat(other.call(RagApi.LIST_COLLECTIONS, Empty.INSTANCE).data())
        .extracting(CollectionInfo::name)
        .containsExactly("shared-name");
    other.drop("shared-name");
    assertThat(acme.found("shared-name", "swordfish")).containsExactly("secret");
  }

  @Test
  void badRequestsAreRefusedWithAReason() {
    acme.create("limits");
    for (String name : List.of("", "a b", "../x", "a/b", "n".repeat(65), "名字", "a\u0000")) {
      refuses(
          RagApi.CREATE_COLLECTION,
          new CreateCollection(name, null),
          "rag:collection.invalid",
          "1 to 64");
    }
    refusesDocument("id", "i".repeat(201), "t", "text", Map.of(), "200 characters");
    refusesDocument("id", " ", "t", "text", Map.of(), "id is empty");
    refusesDocument("id", "a\nb", "t", "text", Map.of(), "control character");
    refusesDocument("title", "a", "t\u0000", "text", Map.of(), "NUL");
    refusesDocument("text", "a", "t", "nul \u0000 inside", Map.of(), "NUL at offset 4");
    refusesDocument("text", "a", "t", "half \uD83D pair", Map.of(), "surrogate pair at offset 5");
    refusesDocument("text", "a", "t", " \n\t", Map.of(), "blank");
    refusesDocument("metadata.k", "a", "t", "text", Map.of("k", "v".repeat(1001)), "1,000");
    Map<String, String> many = new HashMap<>();
    IntStream.range(0, 33).forEach(i -> many.put("k" + i, "v"));
    refusesDocument("metadata", "a", "t", "text", many, "32 keys");
    refuses(
        RagApi.PUT_DOCUMENT,
        new PutDocument("limits", "a", null, "汉".repeat(1_400_000), null),
        "rag:document.too_large",
        "4 MiB");
    refuses(
        RagApi.PUT_DOCUMENT,
        new PutDocument("missing", "a", null, "text", null),
        "rag:collection.not_found",
        "create it first");
    refuses(RagApi.SEARCH, new Search("limits", "  ", null), "rag:search.invalid", "empty");
    refuses(RagApi.SEARCH, new Search("limits", "q", 0), "rag:search.invalid", "1 to 50");
    refuses(RagApi.SEARCH, new Search("limits", "q", 51), "rag:search.invalid", "1 to 50");
    refuses(
        RagApi.SEARCH,
        new Search("limits", "q".repeat(100_001), 5),
        "rag:search.invalid",
        "100,000");
    refuses(RagApi.SEARCH, new Search("gone", "q", 5), "rag:collection.not_found", "gone");
    refuses(
        RagApi.LIST_DOCUMENTS,
        new ListDocuments("limits", 101, null),
        "rag:document.invalid",
        "1 to 100");
    refuses(RagApi.EMBED, new Embed("gpt-9", List.of("a"), false), "rag:embedding.invalid", "bge");
    refuses(RagApi.EMBED, new Embed(null, List.of(), false), "rag:embedding.invalid", "256");
    refuses(RagApi.EMBED, new Embed(null, List.of(" "), false), "rag:embedding.invalid", "empty");
    assertThat(acme.call(RagApi.GET_COLLECTION, new CollectionRef("limits")).documents()).isZero();
  }

  private static void refusesDocument(
      String param,
      String id,
      String title,
      String text,
      Map<String, String> metadata,
      String says) {
    WeftError error =
        acme.refused(RagApi.PUT_DOCUMENT, new PutDocument("limits", id, title, text, metadata));
    assertThat(error.code()).isEqualTo("rag:document.invalid");
    assertThat(error.message()).contains(says);
    assertThat(error.details()).containsEntry(WeftError.PARAM, param);
  }

  @Test
  void theLargestDocumentIsTaken() {
    acme.create("large");
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < Inputs.MAX_TEXT_BYTES - 100; i++) {
      text.append("Sentence number ").append(i).append(" of a long text. ");
    }
    DocumentInfo info = acme.put("large", "big", text.toString());
    assertThat(info.chunks()).isGreaterThan(9_000);
    assertThat(acme.search("large", "77777").getFirst().text()).contains("number 77777 of");
  }

  @Test
  void embeddingsComeFromTheModelOfTheScript() {
    Embeddings english = acme.call(RagApi.EMBED, new Embed(null, List.of("hello"), true));
    assertThat(english.model()).isEqualTo("bge-small-en-v1.5");
    assertThat(english.vectors()).hasSize(1).allMatch(vector -> vector.length == 384);
    Embeddings chinese = acme.call(RagApi.EMBED, new Embed(null, List.of("你好", "世界"), false));
    assertThat(chinese.vectors()).hasSize(2).allMatch(vector -> vector.length == 512);
    assertThat(chinese.tokens()).isEqualTo(8);
  }

  @Test
  void healthTellsOfTheIndexAndTheModels() {
    HealthReport report =
        node.mesh().call(HealthApi.of("rag"), Empty.INSTANCE, node.anonymous()).await();
    List<String> checks = new ArrayList<>();
    report.checks().forEach(check -> checks.add(check.name() + " " + check.status()));
    assertThat(checks).contains("index up", "embeddings up");
    assertThat(report.status()).isEqualTo(HealthReport.UP);
  }
}

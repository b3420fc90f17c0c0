package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetrievalIT {

  private static final String RAG = ",\"rag\":{\"collection\":\"sea\",\"limit\":2}";

  private final ChatHouse house = ChatHouse.open();

  @AfterAll
  void close() {
    house.close();
  }

  @Test
  void passagesGoBeforeTheModelAndAreNamedToTheClient() {
    String answer = house.createBody(ChatHouse.body("passages", false, RAG));
    String seen = house.upstream.completions().getLast().bodyText();
    assertThat(seen)
        .doesNotContain("\"rag\"")
        .contains("[1] Sleep of acme\\nWhales sleep upright. They breathe air.")
        .contains("[2] Food\\nKrill is small.");
    assertThat(seen.indexOf("\"system\"")).isLessThan(seen.indexOf("\"user\""));
    assertThat(answer)
        .contains(
            "\"weft\":{\"citations\":[{\"index\":1,\"collection\":\"sea\",\"document_id\":\"d1\"");
  }

  @Test
  void theFirstEventOfAStreamCarriesTheCitations() {
    String text = house.streamBody(ChatHouse.body("passages", true, RAG)).awaitAll();
    assertThat(text.split("\n\n")[0]).contains("\"weft\":{\"citations\":").contains("assistant");
    assertThat(text.split("\"weft\"", -1)).hasSize(2);
  }

  @Test
  void theBuiltInModelQuotesAndCites() {
    String answer = house.createBody(ChatHouse.body("weft-offline", false, RAG));
    assertThat(answer)
        .contains("\\\"Whales sleep upright.\\\" [1]")
        .doesNotContain("Krill")
        .contains("\"citations\":[{\"index\":1,")
        .doesNotContain("\"index\":2");
    assertThat(house.streamBody(ChatHouse.body("weft-offline", true, RAG)).awaitAll())
        .contains("\"weft\":{\"citations\":");
  }

  @Test
  void whatNoPassageSpeaksOfIsSaidNotToBeInTheDocuments() {
    for (String question : List.of("What is the price of copper?", "铜的价格是多少？")) {
      String answer = house.createBody(ChatHouse.asking(question, RAG));
      assertThat(answer)
          .containsAnyOf("this is not in the documents", "文档中没有这方面的内容")
          .contains("\"citations\":[]");
    }
    String question = "pad 😀 ".repeat(20_000) + "How do whales sleep?";
    assertThat(house.createBody(ChatHouse.asking(question, RAG))).contains("Whales sleep upright.");
  }

  @Test
  void aCollectionThatIsNotThereIsSaidToBeSo() {
    WeftError error =
        house.failure(ChatHouse.body("m", false, ",\"rag\":{\"collection\":\"nowhere\"}"));
    assertThat(error.code()).isEqualTo("rag:collection.not_found");
    assertThat(
            house
                .streamBody(ChatHouse.body("m", true, ",\"rag\":{\"collection\":\"nowhere\"}"))
                .awaitFailure()
                .code())
        .isEqualTo("rag:collection.not_found");
  }

  @Test
  void whoMayNotReadDocumentsMayNotHaveThemRead() {
    try {
      house
          .node
          .mesh()
          .call(
              ChatApi.CREATE_COMPLETION,
              Raw.of(ChatHouse.body("m", false, RAG)),
              house.node.as("acme", "eve", "chat:invoke"))
          .await();
      throw new AssertionError("allowed");
    } catch (WeftException e) {
      assertThat(e.error().code()).isEqualTo("mesh:scope.denied");
    }
  }
}

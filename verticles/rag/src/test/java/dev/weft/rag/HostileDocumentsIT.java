package dev.weft.rag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.rag.Document;
import dev.weft.contracts.rag.DocumentInfo;
import dev.weft.contracts.rag.DocumentRef;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.RagApi;
import dev.weft.rag.text.Budget;
import dev.weft.rag.text.Chunk;
import dev.weft.rag.text.Chunker;
import dev.weft.testkit.node.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A document that harms what processes it fails with a reason, and the service serves on. */
class HostileDocumentsIT {

  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static TestNode node;
  private static RagClient rag;

  @BeforeAll
  static void start() {
    Chunker chunker = new Chunker(400, 200);
    node =
        TestNode.builder()
            .set(RagKeys.DOCUMENT_TIME, Duration.ofMillis(300))
            .set(RagKeys.DOCUMENT_MEMORY_MIB, 64)
            .set(RagKeys.DOCUMENT_PASSAGES, 1_000)
            .set(RagKeys.DOCUMENT_THREADS, 1)
            .start(
                new RagService(
                    config ->
                        (text, budget) -> {
                          harm(text, budget);
                          return text.startsWith("misplace")
                              ? List.of(new Chunk(0, text.length() + 1))
                              : chunker.cut(text, budget);
                        }));
    rag = new RagClient(node, "acme");
    rag.create("c");
  }

  @AfterAll
  static void stop() {
    HELD.countDown();
    node.close();
  }

  private static void harm(String text, Budget budget) {
    List<byte[]> kept = new ArrayList<>();
    switch (text) {
      case "spin" -> {
        while (true) {
          budget.step();
        }
      }
      case "allocate" -> {
        while (true) {
          kept.add(new byte[10_000]);
          budget.step();
        }
      }
      case "recurse" -> harm(text, budget);
      case "exhaust" -> throw new OutOfMemoryError("planted");
      case "hang" -> {
        try {
          HELD.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      default -> {}
    }
  }

  private static void fails(String text, String reason) {
    WeftError error =
        rag.refused(RagApi.PUT_DOCUMENT, new PutDocument("c", "bad", null, text, null));
    assertThat(error.code()).isEqualTo("rag:document.unprocessable");
    assertThat(error.message()).contains(reason);
    rag.put("c", "good", "A good document after one of " + text.length() + ".");
    assertThat(rag.found("c", "good document")).contains("good");
    assertThat(rag.refused(RagApi.GET_DOCUMENT, new DocumentRef("c", "bad")).code())
        .isEqualTo("rag:document.not_found");
  }

  @Test
  void aDocumentThatTakesTooLongFails() {
    fails("spin", "its processing");
  }

  @Test
  void aDocumentThatTakesTooMuchMemoryFails() {
    fails("allocate", "64 MiB of memory");
  }

  @Test
  void anErrorFailsItsDocumentAlone() {
    fails("recurse", "nested too deeply");
    fails("exhaust", "more memory than there is");
  }

  @Test
  void aDocumentOfTooManyPassagesFails() {
    fails("# a\nb\n".repeat(1_001), "more than 1,000 passages");
  }

  @Test
  void aDocumentThatHangsFailsAndHealthTells() {
    fails("hang", "did not end within 1,800 ms");
    HealthReport report =
        node.mesh().call(HealthApi.of("rag"), Empty.INSTANCE, node.anonymous()).await();
    assertThat(report.checks())
        .anyMatch(
            check ->
                check.name().equals("documents") && check.status().equals(HealthReport.DEGRADED));
  }

  @Test
  void aDocumentThatCannotBeIndexedIsMarkedAndTheOthersAreFound() {
    rag.create("marked");
    rag.put("marked", "m", "An older text.");
    DocumentInfo info =
        rag.call(
            RagApi.PUT_DOCUMENT, new PutDocument("marked", "m", null, "misplaced text", Map.of()));
    assertThat(info.failure()).contains("StringIndexOutOfBoundsException");
    rag.put("marked", "n", "A text beside it.");
    assertThat(rag.found("marked", "text")).containsExactly("n");
    Document stored = rag.call(RagApi.GET_DOCUMENT, new DocumentRef("marked", "m"));
    assertThat(stored.info().failure()).isEqualTo(info.failure());
    assertThat(stored.text()).isEqualTo("misplaced text");
    assertThat(rag.call(RagApi.LIST_DOCUMENTS, new ListDocuments("marked", null, null)).data())
        .extracting(DocumentInfo::failure)
        .containsExactly(info.failure(), null);
    rag.put("marked", "m", "A better text.");
    assertThat(rag.found("marked", "better")).containsExactly("m");
    assertThat(rag.call(RagApi.GET_DOCUMENT, new DocumentRef("marked", "m")).info().failure())
        .isNull();
  }
}

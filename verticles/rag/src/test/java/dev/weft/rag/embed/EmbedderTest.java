package dev.weft.rag.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.Embeddings;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbedderTest {

  private static Embedder embedder;

  @BeforeAll
  static void open() {
    embedder = new Embedder(2, 256, Duration.ofMinutes(5));
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static Embeddings embed(EmbeddingModel model, boolean query, String... texts) {
    return embedder.embed(model, List.of(texts), query, () -> false).await();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void likens(EmbeddingModel model, String query, String near, String far) {
    float[] asked = embed(model, true, query).vectors().getFirst();
    List<float[]> passages = embed(model, false, near, far).vectors();
    assertThat(cosine(asked, asked)).isCloseTo(1, within(1e-4));
    assertThat(asked).hasSize(model.dimensions());
    assertThat(cosine(asked, passages.get(0))).isGreaterThan(cosine(asked, passages.get(1)) + .15);
  }

  @Test
  void likeTextsAreNearInEnglish() {
    likens(
        EmbeddingModel.ENGLISH,
        "How do I get my money back?",
        "Refunds are paid to your card within ten days.",
        "The Amazon rainforest is home to many species of frogs.");
  }

  @Test
  void likeTextsAreNearInChinese() {
    likens(EmbeddingModel.CHINESE, "怎么退款？", "退货后十天内会把钱退回您的银行卡。", "亚马逊雨林里生活着许多种类的青蛙。");
  }

  @Test
  void aTextHasTheSameVectorAloneAndAmongOthers() {
    float[] alone = embed(EmbeddingModel.ENGLISH, false, "one").vectors().getFirst();
    Embeddings many = embed(EmbeddingModel.ENGLISH, false, "zero", "one", "two words");
    assertThat(many.vectors().get(1)).containsExactly(alone);
    assertThat(many.tokens()).isEqualTo(3 + 3 + 4);
    assertThat(many.model()).isEqualTo("bge-small-en-v1.5");
  }

  @Test
  void theModelFollowsTheScript() {
    assertThat(EmbeddingModel.forTexts(List.of("hello", "世界"))).isEqualTo(EmbeddingModel.CHINESE);
    assertThat(EmbeddingModel.forTexts(List.of("hello", "you"))).isEqualTo(EmbeddingModel.ENGLISH);
    assertThat(EmbeddingModel.forTexts(List.of("123"))).isEqualTo(EmbeddingModel.ENGLISH);
  }

  @Test
  void aFullQueueRefusesTheWholeRequestAndHasRoomAgainLater() {
    List<String> full = Collections.nCopies(256, "text");
    Future<Embeddings> running = embedder.embed(EmbeddingModel.ENGLISH, full, false, () -> false);
    Future<Embeddings> refused = embedder.embed(EmbeddingModel.ENGLISH, full, false, () -> false);
    assertThat(refused.failed()).isTrue();
    assertThat(((WeftException) refused.cause()).error().reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(running.await().vectors()).hasSize(256).doesNotContainNull();
    assertThat(embed(EmbeddingModel.ENGLISH, false, "again").vectors()).hasSize(1);
  }

  @Test
  void whatTheCallerGaveUpIsNotComputed() {
    Future<Embeddings> unwanted =
        embedder.embed(EmbeddingModel.ENGLISH, List.of("a", "b"), false, () -> true);
    assertThat(unwanted.otherwiseEmpty().await()).isNull();
    assertThat(((WeftException) unwanted.cause()).error().reason()).isEqualTo(Reason.CANCELLED);
  }

  @Test
  void aModelIsLoadedOnceByThoseWhoUseItFirstAndFreedWhenIdle() {
    AtomicInteger loads = new AtomicInteger();
    IdleModel.Loader counting =
        model -> {
          loads.incrementAndGet();
          return Encoder.load(model);
        };
    try (Embedder idle = new Embedder(4, 256, Duration.ofMillis(300), counting)) {
      assertThat(idle.loaded(EmbeddingModel.CHINESE)).isFalse();
      List<Future<Embeddings>> first =
          IntStream.range(0, 8)
              .mapToObj(
                  i -> idle.embed(EmbeddingModel.CHINESE, List.of("猫" + i), false, () -> false))
              .toList();
      first.forEach(embeddings -> assertThat(embeddings.await().vectors()).hasSize(1));
      assertThat(loads).hasValue(1);
      Eventually.holds(() -> !idle.loaded(EmbeddingModel.CHINESE));
      float[] before = first.getFirst().await().vectors().getFirst();
      Embeddings again =
          idle.embed(EmbeddingModel.CHINESE, List.of("猫0"), false, () -> false).await();
      assertThat(again.vectors().getFirst()).containsExactly(before);
      assertThat(loads).hasValue(2);
      assertThat(idle.loaded(EmbeddingModel.ENGLISH)).isFalse();
    }
  }

  @Test
  void aModelInUseIsNotFreed() throws Exception {
    IdleModel model = new IdleModel(EmbeddingModel.CHINESE, Encoder::load);
    try (IdleModel.Use use = model.use()) {
      assertThat(model.freeWhenIdle(1)).isPositive();
      assertThat(use.encoder().encode("猫", false).vector()).hasSize(512);
    }
    Eventually.holds(() -> model.freeWhenIdle(1) == 0);
    assertThat(model.loaded()).isFalse();
    assertThat(model.freeWhenIdle(1)).isZero();
  }

  @Test
  void aLoadThatFailsIsToldAndTriedAgain() {
    AtomicInteger loads = new AtomicInteger();
    IdleModel.Loader second =
        model -> {
          if (loads.incrementAndGet() == 1) {
            throw new IOException("planted");
          }
          return Encoder.load(model);
        };
    try (Embedder failing = new Embedder(1, 256, Duration.ofMinutes(5), second)) {
      Future<Embeddings> refused =
          failing.embed(EmbeddingModel.CHINESE, List.of("猫", "狗"), false, () -> false);
      assertThat(refused.otherwiseEmpty().await()).isNull();
      assertThat(((WeftException) refused.cause()).error().reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(failing.trouble()).contains("bge-small-zh-v1.5", "planted");
      Embeddings retried =
          failing.embed(EmbeddingModel.CHINESE, List.of("猫"), false, () -> false).await();
      assertThat(retried.vectors()).hasSize(1);
      assertThat(failing.trouble()).isNull();
      assertThat(failing.loaded(EmbeddingModel.CHINESE)).isTrue();
    }
  }
}

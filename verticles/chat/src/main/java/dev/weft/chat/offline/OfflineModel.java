package dev.weft.chat.offline;

import dev.weft.chat.prepare.Message;
import dev.weft.chat.prepare.Passage;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.Usage;
import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;

/**
 * The built-in model. It is extractive: it quotes the sentences it was given that fit the last user
 * message best, and says what it is. Straight code: call it on a virtual thread of Vert.x.
 */
public final class OfflineModel {

  private final Vertx vertx;
  private final Ranking ranking;
  private final Tokens.Loader tokens;
  private final boolean providers;
  private final InstantSource time;

  /**
   * @param providers whether a model provider is configured, for what it says of itself
   */
  public OfflineModel(Vertx vertx, Mesh mesh, boolean providers, InstantSource time) {
    this.vertx = vertx;
    this.ranking = new Ranking(mesh);
    this.tokens = new Tokens.Loader(vertx);
    this.providers = providers;
    this.time = time;
  }

  /**
   * Answers.
   *
   * @param request with the conversation's history in place
   * @param passages what retrieval found
   * @throws dev.weft.contracts.WeftException {@code chat:request.invalid}
   */
  public OfflineAnswer answer(
      CompletionRequest request, List<Passage> passages, CallContext context) {
    OfflineOptions options = OfflineOptions.read(request);
    List<Message> messages = Message.list(request.messages());
    Material material = Material.of(messages, passages);
    List<Quotable> quotes = ranking.best(material, context);
    boolean chinese = Terms.isChinese(material.question());
    String text =
        quotes.isEmpty() ? Phrases.nothing(chinese, providers) : Phrases.quoting(chinese, quotes);
    Tokens counter = tokens.get().await();
    return vertx.executeBlocking(() -> bound(text, options, messages, counter), false).await();
  }

  private OfflineAnswer bound(
      String text, OfflineOptions options, List<Message> messages, Tokens counter) {
    String stopped = text;
    for (String stop : options.stop()) {
      int at = stopped.indexOf(stop);
      stopped = at < 0 ? stopped : stopped.substring(0, at);
    }
    String whole = counter.first(stopped, options.maxTokens());
    List<String> words = Tokens.words(whole);
    return new OfflineAnswer(
        OfflineAnswer.newId(),
        time.instant().getEpochSecond(),
        whole,
        words,
        words.stream().map(counter::count).toList(),
        whole.length() < stopped.length() ? "length" : "stop",
        new Usage(counter.count(messages), counter.count(whole), 0, 0));
  }

  /** A line of the health report. */
  public HealthReport.Check check() {
    return new HealthReport.Check(
        "offline model",
        HealthReport.UP,
        ranking.embeds()
            ? "ranks by terms and embeddings"
            : "ranks by terms alone: rag, which embeds, is not there",
        null);
  }
}

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
import java.util.Set;
import java.util.stream.Collectors;

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
    boolean chinese = Terms.isChinese(material.question());
    boolean missing = request.rag() != null && !speaksOf(material.question(), passages);
    List<Quotable> quotes = missing ? List.of() : ranking.best(material, context);
    String text =
        missing
            ? Phrases.notInDocuments(chinese)
            : quotes.isEmpty()
                ? Phrases.nothing(chinese, providers)
                : Phrases.quoting(chinese, quotes);
    Tokens counter = tokens.get().await();
    return vertx
        .executeBlocking(() -> bound(text, quotes, options, messages, counter), false)
        .await();
  }

  /**
   * Whether a passage holds a word of the question, stop words aside: retrieval finds passages by
   * any word, and one that shares "what" and "is" with the question answers nothing.
   */
  static boolean speaksOf(String question, List<Passage> passages) {
    Set<String> wanted = Set.copyOf(Terms.of(question));
    return passages.stream()
        .flatMap(passage -> Terms.of(passage.hit().title() + "\n" + passage.hit().text()).stream())
        .anyMatch(wanted::contains);
  }

  private OfflineAnswer bound(
      String text,
      List<Quotable> quotes,
      OfflineOptions options,
      List<Message> messages,
      Tokens counter) {
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
        quotes.stream()
            .map(Quotable::citation)
            .filter(number -> number > 0 && whole.contains("[" + number + "]"))
            .collect(Collectors.toSet()),
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

package dev.weft.chat.offline;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.Embed;
import dev.weft.contracts.rag.Embeddings;
import dev.weft.contracts.rag.RagApi;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sentences that answer a question best: by shared terms, and by meaning when rag is
 * there to embed them. Scores are fused as retrieval fuses them (min-max, convex; dense weight .6,
 * for Chinese .4). Straight code: call it on a virtual thread of Vert.x.
 */
final class Ranking {

  /** So many sentences are compared by meaning: each costs about 10 ms of a core. */
  private static final int EMBEDDED = 24;

  private static final int QUOTES = 3;
  private static final Duration EMBEDDING_TIMEOUT = Duration.ofSeconds(2);

  /** Cosines above which a sentence counts although it shares no term (bge small v1.5). */
  private static final double CLOSE_EN = 0.70;

  private static final double CLOSE_ZH = 0.60;

  /** Quotes must not fall far behind the best one. */
  private static final double LEAST_PART_OF_BEST = 0.45;

  private final Mesh mesh;

  Ranking(Mesh mesh) {
    this.mesh = mesh;
  }

  private record Scored(int index, double terms, double cosine, double score) {}

  /** Whether sentences are compared by meaning, as of now. */
  boolean embeds() {
    return !mesh.directory().serving(RagApi.EMBED.service()).isEmpty();
  }

  /** The sentences to quote, best first; none when nothing fits. */
  List<Quotable> best(Material material, CallContext context) {
    if (material.question().isBlank() || material.sentences().isEmpty()) {
      return List.of();
    }
    boolean chinese = Terms.isChinese(material.question());
    List<Scored> candidates = byTerms(material);
    double[] cosines = cosines(material, candidates, chinese, context);
    List<Scored> ranked = fuse(candidates, cosines, chinese);
    double close = chinese ? CLOSE_ZH : CLOSE_EN;
    List<Quotable> out = new ArrayList<>();
    double bestScore = ranked.getFirst().score();
    for (Scored scored : ranked) {
      Quotable quotable = material.sentences().get(scored.index());
      boolean fits = scored.terms() > 0 || scored.cosine() >= close;
      // Retrieval has found its passages fitting already: the best is quoted in any case.
      boolean retrieved = quotable.citation() > 0 && out.isEmpty();
      if ((fits && scored.score() >= LEAST_PART_OF_BEST * bestScore) || retrieved) {
        out.add(quotable);
      }
      if (out.size() == QUOTES) {
        break;
      }
    }
    return out;
  }

  private static List<Scored> byTerms(Material material) {
    double[] terms =
        Bm25.scores(
            material.question(), material.sentences().stream().map(Quotable::text).toList());
    return IntStream.range(0, terms.length)
        .mapToObj(i -> new Scored(i, terms[i], 0, terms[i]))
        .sorted(Comparator.comparingDouble(Scored::terms).reversed())
        .limit(EMBEDDED)
        .toList();
  }

  private double @Nullable [] cosines(
      Material material, List<Scored> candidates, boolean chinese, CallContext context) {
    if (!embeds()) {
      return null;
    }
    String model = chinese ? "bge-small-zh-v1.5" : "bge-small-en-v1.5";
    List<String> texts =
        candidates.stream().map(c -> material.sentences().get(c.index()).text()).toList();
    CallContext limited = context.within(EMBEDDING_TIMEOUT);
    Future<Embeddings> question =
        mesh.call(RagApi.EMBED, new Embed(model, List.of(material.question()), true), limited);
    Future<Embeddings> sentences = mesh.call(RagApi.EMBED, new Embed(model, texts, false), limited);
    try {
      float[] wanted = question.await().vectors().getFirst();
      List<float[]> vectors = sentences.await().vectors();
      return vectors.stream().mapToDouble(vector -> dot(wanted, vector)).toArray();
    } catch (WeftException unavailable) {
      return null;
    }
  }

  private static List<Scored> fuse(
      List<Scored> candidates, double @Nullable [] cosines, boolean chinese) {
    if (cosines == null) {
      return candidates;
    }
    double dense = chinese ? 0.4 : 0.6;
    double[] terms = minMax(candidates.stream().mapToDouble(Scored::terms).toArray());
    double[] meaning = minMax(cosines);
    return IntStream.range(0, candidates.size())
        .mapToObj(
            i ->
                new Scored(
                    candidates.get(i).index(),
                    candidates.get(i).terms(),
                    cosines[i],
                    dense * meaning[i] + (1 - dense) * terms[i]))
        .sorted(Comparator.comparingDouble(Scored::score).reversed())
        .toList();
  }

  /** Brings scores to 0…1; all to 1 when they are equal. */
  private static double[] minMax(double[] scores) {
    double low = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).min().orElse(0);
    double high = IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).max().orElse(0);
    double range = high - low;
    return IntStream.range(0, scores.length)
        .mapToDouble(i -> range <= 0 ? 1 : (scores[i] - low) / range)
        .toArray();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}

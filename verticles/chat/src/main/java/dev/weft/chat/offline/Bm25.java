package dev.weft.chat.offline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ranks a handful of texts by BM25 (Robertson and Zaragoza, 2009; k1 = 1.2, b = 0.75). */
final class Bm25 {

  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private Bm25() {}

  /** A score for each text, 0 when it shares no term with the query. */
  static double[] scores(String query, List<String> texts) {
    List<List<String>> terms = texts.stream().map(Terms::of).toList();
    Map<String, Integer> found = new HashMap<>();
    double total = 0;
    for (List<String> of : terms) {
      total += of.size();
      new HashSet<>(of).forEach(term -> found.merge(term, 1, Integer::sum));
    }
    double average = Math.max(1, total / Math.max(1, texts.size()));
    Set<String> wanted = new HashSet<>(Terms.of(query));
    double[] out = new double[texts.size()];
    for (int i = 0; i < out.length; i++) {
      Map<String, Integer> counts = new HashMap<>();
      terms.get(i).forEach(term -> counts.merge(term, 1, Integer::sum));
      for (String term : wanted) {
        int count = counts.getOrDefault(term, 0);
        if (count > 0) {
          int documents = found.getOrDefault(term, 0);
          double idf = Math.log(1 + (texts.size() - documents + 0.5) / (documents + 0.5));
          double length = K1 * (1 - B + B * terms.get(i).size() / average);
          out[i] += idf * count * (K1 + 1) / (count + length);
        }
      }
    }
    return out;
  }
}

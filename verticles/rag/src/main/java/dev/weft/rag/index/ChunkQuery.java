package dev.weft.rag.index;

import dev.weft.rag.index.ChunkAnalyzer.QueryTerm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * What users type, as a query: any of its terms, each as often as it was said. There is no query
 * syntax, so nothing typed can be malformed. Of very long queries only the rarest terms count.
 */
final class ChunkQuery {

  /** A word of the title says less of a passage than one of its own. */
  private static final float TITLE_BOOST = 0.5f;

  /** Well under Lucene's limit of 1,024; more terms would cost time and change little. */
  static final int MAX_TERMS = 256;

  private record Weighted(Term body, Term title, int count, int documents) {}

  /** The query for a collection; it can reach no other, since its fields belong to that one. */
  static Query of(IndexReader reader, ChunkAnalyzer analyzer, long collection, String text)
      throws IOException {
    List<Weighted> known = new ArrayList<>();
    for (Map.Entry<QueryTerm, Integer> entry : analyzer.termsOf(text).entrySet()) {
      QueryTerm said = entry.getKey();
      Term body =
          new Term(
              said.character()
                  ? ChunkAnalyzer.characterField(collection)
                  : ChunkAnalyzer.wordField(collection),
              said.text());
      Term title =
          new Term(
              said.character()
                  ? ChunkAnalyzer.titleCharacterField(collection)
                  : ChunkAnalyzer.titleWordField(collection),
              said.text());
      int documents = Math.max(reader.docFreq(body), reader.docFreq(title));
      if (documents > 0) {
        known.add(new Weighted(body, title, entry.getValue(), documents));
      }
    }
    if (known.isEmpty()) {
      return new MatchNoDocsQuery("no term of the query occurs in the collection");
    }
    if (known.size() > MAX_TERMS) {
      known.sort(Comparator.comparingInt(Weighted::documents));
      known = known.subList(0, MAX_TERMS);
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    for (Weighted weighted : known) {
      Query term =
          new DisjunctionMaxQuery(
              List.of(
                  new TermQuery(weighted.body()),
                  new BoostQuery(new TermQuery(weighted.title()), TITLE_BOOST)),
              0);
      query.add(
          weighted.count() == 1 ? term : new BoostQuery(term, weighted.count()), Occur.SHOULD);
    }
    return query.build();
  }

  private ChunkQuery() {}
}

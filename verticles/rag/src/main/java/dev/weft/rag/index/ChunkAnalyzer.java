package dev.weft.rag.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.DelegatingAnalyzerWrapper;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.segmentation.DefaultICUTokenizerConfig;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * One analysis for all languages: words by Unicode rules (Thai and its like by dictionary), ICU
 * folding of case, width and accents, CJK runs as overlapping pairs, Porter stems. Pairs alone:
 * with single characters among them every query would have twice the clauses for no better ranking.
 * The single characters go to fields of their own, for queries that have nothing else. Thread-safe.
 */
final class ChunkAnalyzer extends DelegatingAnalyzerWrapper {

  private static final String WORDS = "w";
  private static final String CHARACTERS = "c";
  private static final int LONGEST_TERM = 255;

  private final Analyzer words = new Words();
  private final Analyzer characters = new SingleCharacters();

  ChunkAnalyzer() {
    super(PER_FIELD_REUSE_STRATEGY);
  }

  /** The field that holds the words of a collection's chunks. */
  static String wordField(long collection) {
    return WORDS + collection;
  }

  /** The field that holds the single CJK characters of a collection's chunks. */
  static String characterField(long collection) {
    return CHARACTERS + collection;
  }

  @Override
  protected Analyzer getWrappedAnalyzer(String field) {
    return field.startsWith(CHARACTERS) ? characters : words;
  }

  /** A term of a query: a word, or a CJK character that stands alone. */
  record QueryTerm(String text, boolean character) {}

  /** The terms of a query with how often each occurs, in order. */
  Map<QueryTerm, Integer> termsOf(String query) {
    Map<QueryTerm, Integer> terms = new LinkedHashMap<>();
    try (TokenStream tokens = words.tokenStream(WORDS, query)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      TypeAttribute type = tokens.addAttribute(TypeAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        boolean character = type.type().equals(CJKBigramFilter.SINGLE_TYPE);
        terms.merge(new QueryTerm(term.toString(), character), 1, Integer::sum);
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
    return terms;
  }

  private static ICUFoldingFilter folded(Tokenizer tokenizer) {
    return new ICUFoldingFilter(new EnglishPossessiveFilter(tokenizer));
  }

  /** Lucene refuses terms over 32 KB, and folding can make a long word longer still. */
  private static TokenStream bounded(TokenStream tokens) {
    return TruncateTokenFilter.truncateAfterCodePoints(tokens, LONGEST_TERM);
  }

  private static Tokenizer tokenizer() {
    return new ICUTokenizer(new DefaultICUTokenizerConfig(false, true));
  }

  private static int allScripts() {
    return CJKBigramFilter.HAN
        | CJKBigramFilter.HIRAGANA
        | CJKBigramFilter.KATAKANA
        | CJKBigramFilter.HANGUL;
  }

  private static final class Words extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer tokenizer = tokenizer();
      TokenStream pairs = new CJKBigramFilter(folded(tokenizer), allScripts(), false);
      return new TokenStreamComponents(tokenizer, new PorterStemFilter(bounded(pairs)));
    }
  }

  private static final class SingleCharacters extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer tokenizer = tokenizer();
      TokenStream all = new CJKBigramFilter(folded(tokenizer), allScripts(), true);
      return new TokenStreamComponents(tokenizer, new SinglesOnly(all));
    }
  }

  private static final class SinglesOnly extends FilteringTokenFilter {
    private final TypeAttribute type = addAttribute(TypeAttribute.class);

    SinglesOnly(TokenStream in) {
      super(in);
    }

    @Override
    protected boolean accept() {
      return type.type().equals(CJKBigramFilter.SINGLE_TYPE);
    }
  }
}

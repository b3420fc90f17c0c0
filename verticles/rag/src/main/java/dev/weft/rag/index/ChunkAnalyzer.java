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
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/**
 * One analysis for all languages: words by Unicode rules (Thai and its like by dictionary), ICU
 * folding of case, width and accents, Chinese in its simplified form, CJK runs as overlapping
 * pairs, Porter stems. Pairs alone: with single characters among them every query would have twice
 * the clauses for no better ranking. The single characters go to fields of their own, for queries
 * that have nothing else.
 *
 * <p>What is joined by dots, underscores, capitals or digits is found as a whole and by its parts;
 * see {@link Numbers} and {@link Acronyms} for what no filter of Lucene does. Thread-safe.
 */
final class ChunkAnalyzer extends DelegatingAnalyzerWrapper {

  private static final String WORDS = "w";
  private static final String CHARACTERS = "c";
  private static final String TITLE_WORDS = "t";
  private static final String TITLE_CHARACTERS = "ct";
  private static final int LONGEST_TERM = 255;
  private static final int PARTS =
      WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
          | WordDelimiterGraphFilter.CATENATE_WORDS
          | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE
          | WordDelimiterGraphFilter.SPLIT_ON_NUMERICS
          | WordDelimiterGraphFilter.PRESERVE_ORIGINAL;

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

  /** The field that holds the words of the title and the id of a collection's documents. */
  static String titleWordField(long collection) {
    return TITLE_WORDS + collection;
  }

  /** The same for single CJK characters. */
  static String titleCharacterField(long collection) {
    return TITLE_CHARACTERS + collection;
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
    addTerms(query, terms);
    String spellings = otherSpellings(query);
    if (!spellings.isEmpty()) {
      addTerms(spellings, terms);
    }
    return terms;
  }

  /** What is to be found in a text beside its words as they stand: numbers, parts of acronyms. */
  static String otherSpellings(String text) {
    return Numbers.joined(text) + Acronyms.parted(text);
  }

  private void addTerms(String query, Map<QueryTerm, Integer> terms) {
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
  }

  private static TokenStream folded(TokenStream tokens) {
    return new HanFolding(new ICUFoldingFilter(tokens));
  }

  /** The parts of identifiers beside the whole; capitals tell parts, so this is before folding. */
  private static TokenStream inParts(Tokenizer tokenizer) {
    return new WordDelimiterGraphFilter(
        bounded(new EnglishPossessiveFilter(tokenizer)), PARTS, null);
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
      TokenStream pairs = new CJKBigramFilter(folded(inParts(tokenizer)), allScripts(), false);
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

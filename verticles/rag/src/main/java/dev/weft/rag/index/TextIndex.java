package dev.weft.rag.index;

import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.rag.text.Budget;
import dev.weft.rag.text.Characters;
import dev.weft.rag.text.Chunk;
import dev.weft.rag.text.Tables;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene index for all collections of a database. Each collection has text fields of its own:
 * so term statistics, and with them scores, are those of the collection alone, and a query cannot
 * meet another collection's or tenant's text. One index, rather than one a collection, means one
 * applied sequence, one refresh and one commit however many collections there are.
 *
 * <p>A document is one Lucene document a chunk and one, the head, for what all of them share.
 *
 * <p>Thread-safe; writes are meant to come from one thread. Methods block on disk.
 */
final class TextIndex implements Closeable {

  /** BM25 parameters of Anserini's baselines, best on the collections measured. */
  private static final float K1 = 0.9f;

  private static final float B = 0.4f;
  private static final double RAM_BUFFER_MEGABYTES = 32;

  private static final String KEY = "key";
  private static final String COLLECTION = "collection";
  private static final String HEAD = "head";
  private static final String KIND = "kind";
  private static final String KIND_HEAD = "head";
  private static final String ID = "id";
  private static final String TITLE = "title";
  private static final String METADATA = "metadata";
  private static final String HEADER = "header";
  private static final String TEXT = "text";
  private static final String START = "start";

  private static final FieldType WORDS = type(IndexOptions.DOCS_AND_FREQS, false);

  /** Whether a word is there, not how often: single characters, titles. */
  private static final FieldType PRESENCE = type(IndexOptions.DOCS, true);

  private static final Pattern MADE_ID = Pattern.compile("doc_[0-9a-f-]{36}");

  /** Hits looked at for an answer: so many times as are wanted. */
  private static final int DEPTH = 16;

  private final ChunkAnalyzer analyzer = new ChunkAnalyzer();
  private final IndexWriter writer;
  private final SearcherManager searchers;

  /** Opens the index of a directory, making one when there is none. */
  TextIndex(Directory directory) throws IOException {
    Similarity similarity = new BM25Similarity(K1, B);
    IndexWriterConfig config =
        new IndexWriterConfig(analyzer)
            .setSimilarity(similarity)
            .setRAMBufferSizeMB(RAM_BUFFER_MEGABYTES)
            .setCommitOnClose(false);
    writer = new IndexWriter(directory, config);
    try {
      searchers =
          new SearcherManager(
              writer,
              new SearcherFactory() {
                @Override
                public IndexSearcher newSearcher(
                    IndexReader reader, @Nullable IndexReader previous) {
                  IndexSearcher searcher = new IndexSearcher(reader);
                  searcher.setSimilarity(similarity);
                  return searcher;
                }
              });
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  /**
   * Puts a document in place of the one with the same key, as one step for readers. When that fails
   * the index is as before.
   *
   * @throws Budget.Exceeded when it costs more than it may
   */
  void replace(IndexedDocument document, Budget budget) throws IOException {
    Iterator<Chunk> chunks = document.chunks().iterator();
    Iterator<@Nullable String> headers =
        Tables.headers(document.text(), document.chunks(), budget).iterator();
    // One by one as the writer takes them: all of a large document would take much memory.
    Iterator<Document> block =
        new Iterator<>() {
          private boolean headTaken;

          @Override
          public boolean hasNext() {
            return !headTaken;
          }

          @Override
          public Document next() {
            budget.check();
            if (chunks.hasNext()) {
              return chunk(document, chunks.next(), headers.next());
            }
            headTaken = true;
            return head(document);
          }
        };
    Iterable<Document> documents = () -> block;
    writer.updateDocuments(new Term(KEY, Long.toString(document.key())), documents);
  }

  /** Whether it can be written still: a fault while writing may have closed it. */
  boolean isOpen() {
    return writer.isOpen();
  }

  private static Document chunk(IndexedDocument document, Chunk chunk, @Nullable String header) {
    String own = chunk.of(document.text());
    String text = shown(own, header);
    long collection = document.collection();
    Document lucene = keyed(document);
    lucene.add(new StoredField(KEY, document.key()));
    lucene.add(new Field(ChunkAnalyzer.wordField(collection), text, WORDS));
    String spellings = ChunkAnalyzer.otherSpellings(text);
    if (!spellings.isEmpty()) {
      lucene.add(new Field(ChunkAnalyzer.wordField(collection), spellings, WORDS));
    }
    if (isCjk(text)) {
      lucene.add(new Field(ChunkAnalyzer.characterField(collection), text, PRESENCE));
    }
    String names = names(document);
    lucene.add(new Field(ChunkAnalyzer.titleWordField(collection), names, PRESENCE));
    if (isCjk(names)) {
      lucene.add(new Field(ChunkAnalyzer.titleCharacterField(collection), names, PRESENCE));
    }
    if (header != null) {
      lucene.add(new StoredField(HEADER, header));
    }
    lucene.add(new StoredField(TEXT, own));
    lucene.add(new StoredField(START, chunk.start()));
    return lucene;
  }

  /** A passage that begins among the rows of a table, with the header before it. */
  private static String shown(String own, @Nullable String header) {
    return header == null ? own : header + "\n" + own;
  }

  /** What the document is called; an id that was made for it names nothing. */
  private static String names(IndexedDocument document) {
    String id = MADE_ID.matcher(document.id()).matches() ? "" : document.id();
    String title = document.title().equals(document.id()) ? "" : document.title();
    return title + "\n" + id + "\n" + ChunkAnalyzer.otherSpellings(title);
  }

  private static boolean isCjk(String text) {
    return text.codePoints().anyMatch(Characters::isCjk);
  }

  private static Document head(IndexedDocument document) {
    Document head = keyed(document);
    head.add(new StringField(HEAD, Long.toString(document.key()), Store.NO));
    head.add(new StringField(KIND, KIND_HEAD, Store.NO));
    head.add(new StoredField(ID, document.id()));
    head.add(new StoredField(TITLE, document.title()));
    head.add(new StoredField(METADATA, json(document.metadata())));
    return head;
  }

  private static Document keyed(IndexedDocument document) {
    Document lucene = new Document();
    lucene.add(new StringField(KEY, Long.toString(document.key()), Store.NO));
    lucene.add(new StringField(COLLECTION, Long.toString(document.collection()), Store.NO));
    return lucene;
  }

  void delete(long key) throws IOException {
    writer.deleteDocuments(new Term(KEY, Long.toString(key)));
  }

  void deleteCollection(long collection) throws IOException {
    writer.deleteDocuments(new Term(COLLECTION, Long.toString(collection)));
  }

  /** Makes what was written visible to searches. */
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /** Makes what was written durable, with notes on what it is. */
  void commit(Map<String, String> notes) throws IOException {
    writer.setLiveCommitData(notes.entrySet());
    writer.commit();
  }

  /**
   * The best chunks of a collection for a query, best first. The same text is given once however
   * many documents hold it, and a document fills at most half of the answer as long as others have
   * something to say.
   */
  List<Hit> search(long collection, String query, int limit) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      Query wanted = ChunkQuery.of(searcher.getIndexReader(), analyzer, collection, query);
      Answer answer = new Answer(limit, searcher.storedFields());
      answer.take(searcher.search(wanted, limit * DEPTH).scoreDocs);
      if (answer.lacks() && !answer.full.isEmpty()) {
        // Those that have had their share may hide others behind many more hits.
        BooleanQuery.Builder others = new BooleanQuery.Builder().add(wanted, Occur.MUST);
        answer.full.forEach(
            key -> others.add(new TermQuery(new Term(KEY, Long.toString(key))), Occur.MUST_NOT));
        answer.take(searcher.search(others.build(), limit * DEPTH).scoreDocs);
      }
      List<Hit> hits = new ArrayList<>(limit);
      Map<Long, Document> heads = new HashMap<>();
      for (Found found : answer.best()) {
        Document head = heads.get(found.key());
        if (head == null) {
          head = head(searcher, searcher.storedFields(), found.key());
          heads.put(found.key(), head);
        }
        hits.add(
            new Hit(
                head.get(ID),
                head.get(TITLE),
                shown(found.own(), found.header()),
                found.start(),
                found.start() + found.own().length(),
                found.score(),
                metadata(head.get(METADATA)),
                found.header()));
      }
      return hits;
    } finally {
      searchers.release(searcher);
    }
  }

  private record Found(long key, @Nullable String header, String own, int start, float score) {}

  /** Collects hits for an answer. */
  private static final class Answer {
    private final int limit;
    private final int share;
    private final StoredFields stored;
    private final List<Found> taken = new ArrayList<>();
    private final List<Found> spare = new ArrayList<>();
    private final Map<Long, Integer> ofDocument = new HashMap<>();
    private final Set<String> texts = new HashSet<>();
    private final Set<Long> full = new HashSet<>();

    Answer(int limit, StoredFields stored) {
      this.limit = limit;
      this.share = (limit + 1) / 2;
      this.stored = stored;
    }

    boolean lacks() {
      return taken.size() < limit;
    }

    void take(ScoreDoc[] hits) throws IOException {
      for (int i = 0; i < hits.length && lacks(); i++) {
        Document chunk = stored.document(hits[i].doc);
        Found found =
            new Found(
                chunk.getField(KEY).numericValue().longValue(),
                chunk.get(HEADER),
                chunk.get(TEXT),
                chunk.getField(START).numericValue().intValue(),
                hits[i].score);
        if (!texts.add(shown(found.own(), found.header()))) {
          continue;
        }
        int had = ofDocument.merge(found.key(), 1, Integer::sum);
        (had <= share ? taken : spare).add(found);
        if (had >= share) {
          full.add(found.key());
        }
      }
    }

    /** The hits, filled up from documents that have had their share when no others are left. */
    List<Found> best() {
      List<Found> all = new ArrayList<>(taken);
      all.addAll(spare.subList(0, Math.min(spare.size(), limit - taken.size())));
      all.sort(Comparator.comparingDouble(Found::score).reversed());
      return all;
    }
  }

  private static Document head(IndexSearcher searcher, StoredFields stored, long key)
      throws IOException {
    ScoreDoc[] heads =
        searcher.search(new TermQuery(new Term(HEAD, Long.toString(key))), 1).scoreDocs;
    if (heads.length == 0) {
      // Chunks and head are written as one block, so this is damage, not a race.
      throw new CorruptIndexException("chunks without a head", "document " + key);
    }
    return stored.document(heads[0].doc);
  }

  /** How many documents the index holds. */
  int documents() throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      return searcher.count(new TermQuery(new Term(KIND, KIND_HEAD)));
    } finally {
      searchers.release(searcher);
    }
  }

  /** Gives the directory back; what was not committed is lost. */
  @Override
  public void close() throws IOException {
    try {
      searchers.close();
    } finally {
      writer.rollback();
    }
  }

  private static FieldType type(IndexOptions options, boolean omitNorms) {
    FieldType type = new FieldType();
    type.setIndexOptions(options);
    type.setTokenized(true);
    type.setOmitNorms(omitNorms);
    type.freeze();
    return type;
  }

  private static String json(Map<String, String> metadata) {
    return new JsonObject(new LinkedHashMap<>(metadata)).encode();
  }

  private static Map<String, String> metadata(String json) {
    Map<String, String> metadata = new LinkedHashMap<>();
    new JsonObject(json).forEach(e -> metadata.put(e.getKey(), String.valueOf(e.getValue())));
    return metadata;
  }
}

package dev.weft.rag;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.node.config.ConfigKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of the rag service. */
public final class RagKeys {

  private static final TypeReference<String> TEXT = new TypeReference<>() {};
  private static final TypeReference<Integer> INTEGER = new TypeReference<>() {};
  private static final TypeReference<Duration> SPAN = new TypeReference<>() {};

  public static final ConfigKey<String> INDEX_DIRECTORY =
      ConfigKey.of(
          "rag.indexDirectory",
          TEXT,
          "",
          "Directory of the search index, which is rebuilt from the database when it is lost."
              + " Empty: `index/rag` in the data directory.");

  public static final ConfigKey<Duration> INDEX_COMMIT_INTERVAL =
      ConfigKey.of(
              "rag.indexCommitInterval",
              SPAN,
              Duration.ofSeconds(5),
              "How often the search index is made durable. After a crash what is newer is indexed"
                  + " again.")
          .checked(RagKeys::positive);

  public static final ConfigKey<Duration> CHANGE_POLL =
      ConfigKey.of(
              "rag.changePoll",
              SPAN,
              Duration.ofSeconds(1),
              "How often to look for documents written elsewhere, should a notification be lost.")
          .checked(RagKeys::positive);

  public static final ConfigKey<Integer> CHUNK_CHARACTERS =
      ConfigKey.of(
              "rag.chunkCharacters",
              INTEGER,
              400,
              "Length of the passages documents are cut into, in characters of alphabetic text."
                  + " Applies to documents written from then on.")
          .checked(value -> between(value, 100, 4_000));

  public static final ConfigKey<Integer> CHUNK_CHARACTERS_CJK =
      ConfigKey.of(
              "rag.chunkCharactersCjk",
              INTEGER,
              200,
              "The same for Chinese, Japanese and Korean text; at most `rag.chunkCharacters`.")
          .checked(value -> between(value, 50, 4_000));

  public static final ConfigKey<Duration> DOCUMENT_TIME =
      ConfigKey.of(
              "rag.documentTime",
              SPAN,
              Duration.ofSeconds(10),
              "Processor time that cutting a document into passages, and indexing it, may take"
                  + " each. A document that takes more fails as `unprocessable`.")
          .checked(RagKeys::positive);

  public static final ConfigKey<Integer> DOCUMENT_MEMORY_MIB =
      ConfigKey.of(
              "rag.documentMemoryMib",
              INTEGER,
              128,
              "Memory, in MiB, that cutting a document may allocate in all, freed or not. A"
                  + " document that takes more fails as `unprocessable`.")
          .checked(value -> between(value, 64, 65_536));

  public static final ConfigKey<Integer> DOCUMENT_PASSAGES =
      ConfigKey.of(
              "rag.documentPassages", INTEGER, 100_000, "Passages that a document may be cut into.")
          .checked(value -> between(value, 1, 1_000_000));

  public static final ConfigKey<Integer> DOCUMENT_THREADS =
      ConfigKey.of(
              "rag.documentThreads",
              INTEGER,
              2,
              "Documents that are cut into passages at the same time.")
          .checked(value -> between(value, 1, 64));

  public static final ConfigKey<Integer> DOCUMENT_QUEUE =
      ConfigKey.of(
              "rag.documentQueue",
              INTEGER,
              256,
              "Documents that may wait for it; more are refused as `overloaded`.")
          .checked(value -> between(value, 1, 100_000));

  public static final ConfigKey<Integer> EMBEDDING_THREADS =
      ConfigKey.of(
              "rag.embeddingThreads", INTEGER, 2, "Texts that local models embed at the same time.")
          .checked(value -> between(value, 1, 64));

  public static final ConfigKey<Integer> EMBEDDING_QUEUE =
      ConfigKey.of(
              "rag.embeddingQueue",
              INTEGER,
              1_024,
              "Texts that may wait to be embedded; more are refused as `overloaded`.")
          .checked(value -> between(value, 256, 1_000_000));

  public static final ConfigKey<Duration> EMBEDDING_IDLE =
      ConfigKey.of(
              "rag.embeddingIdle",
              SPAN,
              Duration.ofMinutes(5),
              "How long a local model stays in memory after its last use. It is loaded when it is"
                  + " used.")
          .checked(RagKeys::positive);

  static final List<ConfigKey<?>> ALL =
      List.of(
          INDEX_DIRECTORY,
          INDEX_COMMIT_INTERVAL,
          CHANGE_POLL,
          CHUNK_CHARACTERS,
          CHUNK_CHARACTERS_CJK,
          DOCUMENT_TIME,
          DOCUMENT_MEMORY_MIB,
          DOCUMENT_PASSAGES,
          DOCUMENT_THREADS,
          DOCUMENT_QUEUE,
          EMBEDDING_THREADS,
          EMBEDDING_QUEUE,
          EMBEDDING_IDLE);

  private static @Nullable String between(int value, int least, int most) {
    return value >= least && value <= most ? null : "must be from " + least + " to " + most;
  }

  private static @Nullable String positive(Duration value) {
    return value.isPositive() ? null : "must be longer than 0";
  }

  private RagKeys() {}
}

package dev.weft.rag.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the index learns what changed. Methods block on the database; one thread calls them. */
public interface ChangeFeed {

  /** The log's id and its latest sequence. */
  Position latest();

  /**
   * Changes after a sequence, in order: all there are or as many as make a good step. A later
   * change of a document may stand for an earlier one, and what a change brings is the state as of
   * now, which may be newer.
   */
  List<Change> after(long sequence);

  /**
   * Notes whether a document can be indexed, unless it has been replaced meanwhile.
   *
   * @param failure why not; null when it can
   */
  void mark(IndexedDocument document, @Nullable String failure);

  /**
   * Where a change log stands.
   *
   * @param logId unique to the database
   */
  record Position(String logId, long sequence) {}

  /** A change. */
  sealed interface Change {
    long sequence();
  }

  /** A document was written, or deleted when it is null. */
  record DocumentChange(long sequence, long key, @Nullable IndexedDocument document)
      implements Change {}

  /** A collection was deleted. */
  record CollectionDeleted(long sequence, long collection) implements Change {}
}

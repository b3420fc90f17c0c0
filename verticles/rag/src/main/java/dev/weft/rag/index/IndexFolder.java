package dev.weft.rag.index;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a node's index. Several nodes may be given the same parent folder: each takes the
 * first numbered slot in it that no other holds, and gets the same again when it starts alone.
 *
 * <p>A commit carries the index format, the id of the database's change log and the applied
 * sequence. {@link #open} throws away what is damaged, of another format or of another database:
 * the changes bring it back. Not thread-safe.
 */
final class IndexFolder implements Closeable {

  /** Raised when fields or analysis change, so that older indexes are rebuilt. */
  static final String FORMAT = "3";

  private static final Logger log = LoggerFactory.getLogger(IndexFolder.class);
  private static final int SLOTS = 64;
  private static final String LOCK = "node.lock";
  private static final String FORMAT_NOTE = "format";
  private static final String LOG_NOTE = "log";
  private static final String SEQUENCE_NOTE = "sequence";

  /** An open index and the sequence of the last change in it. */
  record Opened(TextIndex index, FSDirectory directory, long sequence) implements Closeable {
    @Override
    public void close() throws IOException {
      try (directory) {
        index.close();
      }
    }
  }

  private final Path files;
  private final FSDirectory slot;
  private final Lock lock;

  private IndexFolder(Path path, FSDirectory slot, Lock lock) {
    this.files = path.resolve("lucene");
    this.slot = slot;
    this.lock = lock;
  }

  /**
   * Takes a slot of the parent folder, which is made when it does not exist.
   *
   * @throws IOException when the folder cannot be written, or all slots are taken
   */
  static IndexFolder claim(Path parent) throws IOException {
    for (int number = 0; number < SLOTS; number++) {
      Path path = parent.resolve(Integer.toString(number));
      FSDirectory slot = FSDirectory.open(path);
      try {
        IndexFolder folder = new IndexFolder(path, slot, slot.obtainLock(LOCK));
        if (number > 0) {
          log.atWarn()
              .addKeyValue("folder", path)
              .log("Another process uses the index folder; this node keeps an index of its own");
        }
        return folder;
      } catch (LockObtainFailedException taken) {
        slot.close();
      } catch (IOException | RuntimeException e) {
        slot.close();
        throw e;
      }
    }
    throw new IOException("all " + SLOTS + " index slots in " + parent + " are in use");
  }

  /**
   * Opens the index, empty when what is there cannot be used.
   *
   * @param logId id of the database's change log
   * @param latest the log's latest sequence; an index beyond it belongs to another past
   */
  Opened open(String logId, long latest) throws IOException {
    if (Files.isDirectory(files)) {
      try {
        Opened opened = openExisting(logId, latest);
        if (opened != null) {
          return opened;
        }
      } catch (IOException | IllegalArgumentException e) {
        // An unknown codec, that of an older Lucene, is an IllegalArgumentException.
        if (!isDamage(e) && !(e instanceof IllegalArgumentException)) {
          throw e;
        }
        log.atWarn()
            .addKeyValue("folder", files)
            .setCause(e)
            .log("The index is damaged and will be rebuilt from the database");
      }
      wipe();
    }
    FSDirectory directory = FSDirectory.open(files);
    return opened(directory, 0);
  }

  private @Nullable Opened openExisting(String logId, long latest) throws IOException {
    FSDirectory directory = FSDirectory.open(files);
    try {
      long sequence = 0;
      if (DirectoryReader.indexExists(directory)) {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          Map<String, String> notes = reader.getIndexCommit().getUserData();
          sequence = usableSequence(notes, logId, latest);
          if (sequence < 0) {
            directory.close();
            return null;
          }
          for (LeafReaderContext leaf : reader.leaves()) {
            ((CodecReader) leaf.reader()).checkIntegrity();
          }
        }
      } else if (!untouched(directory)) {
        throw new CorruptIndexException("files without a commit", files.toString());
      }
      return opened(directory, sequence);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** A node that stops before the first document leaves an index without a commit: just a lock. */
  private static boolean untouched(FSDirectory directory) throws IOException {
    return Stream.of(directory.listAll()).allMatch(IndexWriter.WRITE_LOCK_NAME::equals);
  }

  private static Opened opened(FSDirectory directory, long sequence) throws IOException {
    return new Opened(new TextIndex(directory), directory, sequence);
  }

  private long usableSequence(Map<String, String> notes, String logId, long latest) {
    String reason;
    long sequence = Long.parseLong(notes.getOrDefault(SEQUENCE_NOTE, "0"));
    if (!FORMAT.equals(notes.get(FORMAT_NOTE))) {
      reason = "it has another format";
    } else if (!logId.equals(notes.get(LOG_NOTE))) {
      reason = "it belongs to another database";
    } else if (sequence > latest) {
      reason = "it is ahead of the database, which was perhaps restored from a copy";
    } else {
      return sequence;
    }
    log.atInfo()
        .addKeyValue("folder", files)
        .addKeyValue("reason", reason)
        .log("The index cannot be used and will be rebuilt from the database");
    return -1;
  }

  /** The notes of a commit that holds all changes up to the sequence. */
  static Map<String, String> notes(String logId, long sequence) {
    return Map.of(FORMAT_NOTE, FORMAT, LOG_NOTE, logId, SEQUENCE_NOTE, Long.toString(sequence));
  }

  /** Whether a failure means that the files are broken, rather than the disk full or the like. */
  static boolean isDamage(Throwable failure) {
    return failure instanceof CorruptIndexException
        || failure instanceof IndexFormatTooOldException
        || failure instanceof IndexFormatTooNewException
        || failure instanceof EOFException
        || failure instanceof NoSuchFileException
        || failure instanceof FileNotFoundException
        || (failure.getCause() != null && isDamage(failure.getCause()));
  }

  /** Removes the index's files; the slot stays claimed. */
  void wipe() throws IOException {
    if (!Files.exists(files)) {
      return;
    }
    try (Stream<Path> all = Files.walk(files)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  Path path() {
    return files;
  }

  @Override
  public void close() throws IOException {
    try (slot) {
      lock.close();
    }
  }
}

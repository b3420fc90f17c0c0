package dev.weft.rag.index;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.SearchResult.Hit;
import dev.weft.rag.index.ChangeFeed.Change;
import dev.weft.rag.index.ChangeFeed.CollectionDeleted;
import dev.weft.rag.index.ChangeFeed.DocumentChange;
import dev.weft.rag.index.ChangeFeed.Position;
import dev.weft.rag.text.Budget;
import dev.weft.rag.work.DocumentFaults;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the node's index equal to the database. One thread of its own follows the changes: woken
 * after a write here, by notifications of writes elsewhere, and by the clock in case a notification
 * was lost. Another makes the index durable now and then; a crash in between only means that
 * changes are applied again.
 *
 * <p>A document that cannot be indexed is marked as failed in the database, with the reason, and
 * passed over: it keeps neither the others nor itself from being searched and replaced.
 *
 * <p>Thread-safe. Searching runs on the caller's thread.
 */
public final class IndexProjection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IndexProjection.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final ChangeFeed feed;
  private final Path parent;
  private final Duration poll;
  private final Duration commitInterval;
  private final Budget.Limits limits;
  private final Writing writing;
  private final Map<Long, String> failures = new ConcurrentHashMap<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private final Waiters waiters = new Waiters();
  private final Thread follower;
  private final Thread committer;
  private final Semaphore stopCommitter = new Semaphore(0);

  private volatile IndexFolder.@Nullable Opened opened;
  private volatile String logId = "";
  private volatile long applied;
  private volatile long latestSeen;
  private volatile long committed;
  private volatile boolean closing;
  private volatile @Nullable Exception broken;

  /** The document that was being written when a fault closed the index. */
  private @Nullable Suspect suspect;

  private record Suspect(long key, long version) {}

  private volatile @Nullable String trouble;

  /**
   * What the index holds.
   *
   * @param open whether it can be searched
   * @param applied sequence of the last change in it
   * @param latest the latest sequence known
   * @param documents documents in it
   * @param trouble why it does not get on; null when it does
   */
  public record State(
      boolean open, long applied, long latest, int documents, @Nullable String trouble) {}

  /**
   * @param parent folder that holds the index, shared with other nodes or not
   * @param poll how often to look for changes unasked
   * @param commitInterval how often to make the index durable
   * @param documentTime processor time that indexing a document may take
   */
  public IndexProjection(
      ChangeFeed feed, Path parent, Duration poll, Duration commitInterval, Duration documentTime) {
    this(feed, parent, poll, commitInterval, documentTime, TextIndex::replace);
  }

  /** How a document is written to an index. */
  @FunctionalInterface
  interface Writing {
    void write(TextIndex index, IndexedDocument document, Budget budget) throws IOException;
  }

  IndexProjection(
      ChangeFeed feed,
      Path parent,
      Duration poll,
      Duration commitInterval,
      Duration documentTime,
      Writing writing) {
    this.writing = writing;
    // Its memory is bounded as it is: passages are written one by one.
    this.limits = new Budget.Limits(documentTime, Long.MAX_VALUE, Integer.MAX_VALUE);
    this.feed = feed;
    this.parent = parent;
    this.poll = poll;
    this.commitInterval = commitInterval;
    this.follower = Thread.ofPlatform().name("rag-index").daemon().unstarted(this::run);
    this.committer =
        Thread.ofPlatform().name("rag-index-commit").daemon().unstarted(this::commitRegularly);
  }

  /** Starts following; returns at once. */
  public void start() {
    follower.start();
    committer.start();
  }

  /** Looks for changes now. */
  public void wake() {
    if (wakeUps.availablePermits() == 0) {
      wakeUps.release();
    }
  }

  /**
   * Completes when searches see all changes up to the sequence; fails with {@code
   * rag:index.unavailable} when that takes longer than the timeout.
   */
  public Future<Void> reach(long sequence, Duration timeout) {
    if (opened != null && applied >= sequence) {
      return Future.succeededFuture();
    }
    Future<Void> reached = waiters.await(sequence, timeout);
    // It may have been applied between the look and the wait.
    waiters.applied(opened == null ? 0 : applied);
    wake();
    return reached.recover(late -> Future.failedFuture(notReady()));
  }

  private RuntimeException notReady() {
    return WeftError.of(
            "rag:index",
            Reason.UNAVAILABLE,
            "The search index is not up to date: it has applied change %d of %d. Try again soon."
                .formatted(applied, latestSeen))
        .withDetail(WeftError.RETRY_AFTER_MILLIS, 1_000)
        .exception();
  }

  /**
   * The best chunks of a collection, best first.
   *
   * @param sequence what the answer must take into account; see {@link #reach}
   * @throws dev.weft.contracts.WeftException {@code rag:index.unavailable} when it cannot
   */
  public List<Hit> search(long collection, long sequence, String query, int limit) {
    IndexFolder.Opened index = opened;
    if (index == null || applied < sequence) {
      throw notReady();
    }
    try {
      List<Hit> hits = index.index().search(collection, query, limit);
      if (opened != index) {
        // It was replaced meanwhile, and what was looked at may not have been this far.
        throw notReady();
      }
      return hits;
    } catch (AlreadyClosedException e) {
      throw notReady();
    } catch (IOException e) {
      log.atError().setCause(e).log("Searching the index failed; it will be opened anew");
      broken = e;
      wake();
      throw notReady();
    }
  }

  /** Why this node's index lacks a document it should hold; null when it does not. */
  public @Nullable String failure(long key) {
    return failures.get(key);
  }

  /** How many changes known to this node are not applied yet. */
  public long lag() {
    return Math.max(0, latestSeen - applied);
  }

  /** What the index holds now. */
  public State state() {
    IndexFolder.Opened index = opened;
    int documents = 0;
    if (index != null) {
      try {
        documents = index.index().documents();
      } catch (IOException | AlreadyClosedException e) {
        return new State(false, applied, latestSeen, 0, e.getMessage());
      }
    }
    return new State(index != null, applied, latestSeen, documents, trouble);
  }

  // ---- the follower's thread

  private void run() {
    IndexFolder folder = null;
    boolean wipe = false;
    while (!closing) {
      try {
        if (folder == null) {
          folder = IndexFolder.claim(parent);
        }
        if (wipe) {
          folder.wipe();
          wipe = false;
        }
        open(folder);
        follow();
      } catch (Throwable e) {
        // An Error too: a thread that ends would end all searching of what is new.
        if (closing) {
          break;
        }
        wipe = opened != null && IndexFolder.isDamage(e);
        trouble(e, wipe ? "The index is damaged and will be rebuilt" : "The index cannot be kept");
        release();
        pause(RETRY);
      }
    }
    commit();
    release();
    if (folder != null) {
      try {
        folder.close();
      } catch (IOException e) {
        log.atWarn().setCause(e).log("Could not release the index folder");
      }
    }
  }

  private void open(IndexFolder folder) throws IOException {
    Position latest = feed.latest();
    logId = latest.logId();
    latestSeen = latest.sequence();
    IndexFolder.Opened index = folder.open(latest.logId(), latest.sequence());
    applied = index.sequence();
    committed = index.sequence();
    broken = null;
    opened = index;
    waiters.applied(applied);
    log.atInfo()
        .addKeyValue("folder", folder.path())
        .addKeyValue("applied", index.sequence())
        .addKeyValue("latest", latest.sequence())
        .log("Index opened");
  }

  private void follow() throws Exception {
    IndexFolder.Opened index = opened;
    if (index == null) {
      return;
    }
    while (!closing) {
      Exception failure = broken;
      if (failure != null) {
        throw failure;
      }
      List<Change> changes;
      Map<IndexedDocument, Optional<String>> marks = new LinkedHashMap<>();
      try {
        changes = feed.after(applied);
      } catch (RuntimeException e) {
        // The index is as good as before; only news is missing.
        trouble(e, "Cannot read changes from the database");
        pause(RETRY);
        continue;
      }
      if (changes.isEmpty()) {
        trouble = null;
        pause(poll);
        continue;
      }
      latestSeen = Math.max(latestSeen, changes.getLast().sequence());
      for (Change change : changes) {
        apply(index.index(), change, marks);
      }
      try {
        marks.forEach((document, why) -> feed.mark(document, why.orElse(null)));
      } catch (RuntimeException e) {
        // Not told is not done: the changes are applied again.
        trouble(e, "Cannot mark documents that cannot be indexed");
        pause(RETRY);
        continue;
      }
      trouble = null;
      index.index().refresh();
      applied = changes.getLast().sequence();
      waiters.applied(applied);
    }
  }

  private void apply(TextIndex index, Change change, Map<IndexedDocument, Optional<String>> marks)
      throws IOException {
    switch (change) {
      case CollectionDeleted deleted -> index.deleteCollection(deleted.collection());
      case DocumentChange written when written.document() != null ->
          replace(index, written.document(), marks);
      case DocumentChange deleted -> {
        failures.remove(deleted.key());
        index.delete(deleted.key());
      }
    }
  }

  private void replace(
      TextIndex index, IndexedDocument document, Map<IndexedDocument, Optional<String>> marks)
      throws IOException {
    String failure;
    Suspect self = new Suspect(document.key(), document.version());
    if (self.equals(suspect)) {
      suspect = null;
      failure = "writing it to the index closed the index; see the log of rag";
    } else {
      failure = tryToReplace(index, document);
    }
    if (failure == null) {
      failures.remove(document.key());
    } else {
      // Nothing of an older version either: it would be quoted as if it were the document.
      index.delete(document.key());
      failures.put(document.key(), failure);
    }
    if (failure != null || document.failure() != null) {
      marks.put(document, Optional.ofNullable(failure));
    }
  }

  /** Why the document cannot be indexed; null when it is. */
  private @Nullable String tryToReplace(TextIndex index, IndexedDocument document)
      throws IOException {
    try {
      writing.write(index, document, new Budget(limits, () -> closing));
      return null;
    } catch (AlreadyClosedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (closing) {
        throw e;
      }
      if (!index.isOpen()) {
        // What cannot be passed over now is passed over when it happens a second time.
        suspect = new Suspect(document.key(), document.version());
        throw e;
      }
      log.atError()
          .addKeyValue("document", document.id())
          .addKeyValue("key", document.key())
          .setCause(e)
          .log("A document cannot be indexed and is marked as failed");
      return DocumentFaults.reason(e);
    }
  }

  private void trouble(Throwable failure, String what) {
    String now = what + ": " + failure.getMessage();
    if (!now.equals(trouble)) {
      // Of a database that is away its pool has told already.
      boolean told =
          failure instanceof WeftException own && own.error().reason() == Reason.UNAVAILABLE;
      log.atLevel(told ? Level.DEBUG : Level.WARN).setCause(failure).log(what);
    }
    trouble = now;
  }

  private void pause(Duration length) {
    try {
      if (wakeUps.tryAcquire(length.toMillis(), TimeUnit.MILLISECONDS)) {
        wakeUps.drainPermits();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody does, it is to end it.
      closing = true;
    }
  }

  private synchronized void release() {
    IndexFolder.Opened index = opened;
    opened = null;
    if (index != null) {
      try {
        index.close();
      } catch (IOException | AlreadyClosedException e) {
        log.atWarn().setCause(e).log("Closing the index failed");
      }
    }
  }

  // ---- the committer's thread

  private void commitRegularly() {
    try {
      while (!stopCommitter.tryAcquire(commitInterval.toMillis(), TimeUnit.MILLISECONDS)) {
        commit();
      }
    } catch (InterruptedException e) {
      log.atDebug().log("Committing ends: interrupted");
    }
  }

  /** Synchronised with {@link #release}, so that no index is closed while it is written. */
  private synchronized void commit() {
    IndexFolder.Opened index = opened;
    // Read before the commit: what is applied meanwhile may be in it, and is then applied twice.
    long sequence = applied;
    if (index == null || sequence == committed) {
      return;
    }
    try {
      index.index().commit(IndexFolder.notes(logId, sequence));
      committed = sequence;
    } catch (IOException | AlreadyClosedException e) {
      log.atWarn().setCause(e).log("Making the index durable failed; it will be opened anew");
      broken = e;
      wake();
    }
  }

  /** Makes the index durable and ends both threads. Blocks until they have ended. */
  @Override
  public void close() {
    closing = true;
    stopCommitter.release();
    wake();
    try {
      committer.join(STOP_TIMEOUT);
      follower.join(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.weft.postgres;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process away from an embedded database. The operating system frees the lock of a
 * process that died; who holds it stands in a file beside it.
 */
final class DataLock {

  /** A process that is about to end gets so long before it is named to the one that waits. */
  private static final Duration WAIT_STOPPING = Duration.ofSeconds(10);

  /** One that runs might have been told to stop a moment ago. */
  private static final Duration WAIT_RUNNING = Duration.ofSeconds(1);

  private static final String STOPPING = "stopping";

  /**
   * Files locked by this JVM: opening and closing such a file once more would free its lock
   * (POSIX).
   */
  private static final Set<Path> LOCKED_HERE = new HashSet<>();

  private final Path lockFile;
  private final Path ownerFile;
  private final FileChannel channel;
  private final Properties owner;

  private DataLock(Path lockFile, Path ownerFile, FileChannel channel, Properties owner) {
    this.lockFile = lockFile;
    this.ownerFile = ownerFile;
    this.channel = channel;
    this.owner = owner;
  }

  /**
   * Takes the lock of a directory.
   *
   * @param usedBy how people reach the process, a URL; may be empty
   * @throws DatabaseFailure {@link DatabaseFailure.Kind#IN_USE} naming the process that has it
   */
  static DataLock take(Path directory, String usedBy) throws IOException {
    Path lockFile = directory.toRealPath().resolve("lock");
    Path ownerFile = lockFile.resolveSibling("owner");
    long start = System.nanoTime();
    while (true) {
      FileChannel channel = tryLock(lockFile);
      if (channel != null) {
        Properties owner = new Properties();
        owner.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
        owner.setProperty("since", startOfThisProcess());
        owner.setProperty("url", usedBy);
        DataLock lock = new DataLock(lockFile, ownerFile, channel, owner);
        lock.write("running");
        return lock;
      }
      Properties owner = read(ownerFile);
      boolean stopping = STOPPING.equals(owner.getProperty("state"));
      Duration patience = stopping ? WAIT_STOPPING : WAIT_RUNNING;
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new DatabaseFailure(DatabaseFailure.Kind.IN_USE, conflict(directory, owner));
      }
      Waiting.pause(Duration.ofMillis(20));
    }
  }

  /** Tells those who wait that it will not be long. */
  void stopping() {
    try {
      write(STOPPING);
    } catch (IOException e) {
      // They will wait a little less.
    }
  }

  void release() {
    try {
      Files.deleteIfExists(ownerFile);
      channel.close();
    } catch (IOException e) {
      // The end of the process frees it.
    } finally {
      synchronized (LOCKED_HERE) {
        LOCKED_HERE.remove(lockFile);
      }
    }
  }

  private static @Nullable FileChannel tryLock(Path lockFile) throws IOException {
    synchronized (LOCKED_HERE) {
      if (LOCKED_HERE.contains(lockFile)) {
        return null;
      }
      FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return null;
      }
      LOCKED_HERE.add(lockFile);
      return channel;
    }
  }

  private void write(String state) throws IOException {
    owner.setProperty("state", state);
    StringWriter text = new StringWriter();
    owner.store(text, null);
    SecretFile.write(ownerFile, text.toString());
  }

  private static Properties read(Path ownerFile) {
    Properties owner = new Properties();
    try {
      owner.load(new StringReader(Files.readString(ownerFile)));
    } catch (IOException e) {
      // Not written yet, or just gone.
    }
    return owner;
  }

  private static String conflict(Path directory, Properties owner) {
    StringBuilder who = new StringBuilder("another Weft process");
    if (owner.containsKey("pid")) {
      who.append(" (pid ").append(owner.getProperty("pid"));
      who.append(", since ").append(local(owner.getProperty("since", "")));
      String url = owner.getProperty("url", "");
      if (!url.isEmpty()) {
        who.append(", ").append(url);
      }
      who.append(')');
    }
    return "The embedded database in "
        + directory
        + " is in use by "
        + who
        + ". Stop that one first, or start with another directory: --data DIR.";
  }

  private static String startOfThisProcess() {
    return ProcessHandle.current().info().startInstant().map(Instant::toString).orElse("");
  }

  private static String local(String instant) {
    try {
      return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
          .format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
    } catch (DateTimeException e) {
      return "an unknown time";
    }
  }
}

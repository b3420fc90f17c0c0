package dev.weft.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;

/** Files that only their owner may read (mode 0600). */
public final class SecretFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /**
   * The file's text; the first of several processes to come makes it. Whoever reads it sees all of
   * it or nothing.
   */
  public static String readOrCreate(Path path, Supplier<String> content) throws IOException {
    while (!Files.exists(path)) {
      Path draft = draft(path, content.get());
      try {
        // A link, unlike a rename, does not replace what another process was faster to make.
        Files.createLink(path, draft);
      } catch (FileAlreadyExistsException e) {
        break;
      } catch (UnsupportedOperationException | FileSystemException e) {
        // A file system without links.
        Files.copy(draft, path, StandardCopyOption.COPY_ATTRIBUTES);
      } finally {
        Files.deleteIfExists(draft);
      }
    }
    return Files.readString(path).strip();
  }

  /** Writes the file, replacing it at once if it exists. */
  public static void write(Path path, String content) throws IOException {
    Path draft = draft(path, content);
    try {
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path draft(Path path, String content) throws IOException {
    Path draft = Files.createTempFile(path.toAbsolutePath().getParent(), ".draft", "", ownerOnly());
    try (var channel = Files.newByteChannel(draft, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
    }
    return draft;
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private SecretFile() {}
}

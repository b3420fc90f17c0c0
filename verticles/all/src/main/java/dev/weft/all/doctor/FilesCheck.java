package dev.weft.all.doctor;

import dev.weft.node.security.NodeCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether Weft can keep files, and whether its secrets are readable by their owner alone. */
final class FilesCheck implements Check {
  private static final List<String> SECRETS =
      List.of("dev.key", "master.key", "postgres/password", "authority/ca.key");

  @Override
  public String name() {
    return "files";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, IOException {
    List<Finding> found = new ArrayList<>();
    Path data = site.data();
    Path there = existing(data);
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      found.add(Finding.of(Fault.FILES_DATA, data, there));
    }
    List<Path> secrets = new ArrayList<>(SECRETS.stream().map(data::resolve).toList());
    secrets.add(Path.of(".env").toAbsolutePath());
    for (NodeCertificate certificate : NodeCertificate.all(site.config(), data)) {
      secrets.add(certificate.key());
    }
    for (Path secret : secrets) {
      if (isOpen(secret)) {
        found.add(Finding.of(Fault.FILES_SECRET, secret));
      }
    }
    return found;
  }

  /** The file, or the nearest folder above it that exists. */
  static Path existing(Path path) {
    Path at = path;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static boolean isOpen(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !supportsRights(file)) {
      return false;
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
    return rights.contains(PosixFilePermission.GROUP_READ)
        || rights.contains(PosixFilePermission.OTHERS_READ);
  }

  private static boolean supportsRights(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView("posix");
  }
}

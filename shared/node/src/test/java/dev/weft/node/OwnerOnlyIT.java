package dev.weft.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyIT {

  /** A program that makes files the plain way, and lets another program make one. */
  public static final class Writer {
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      OwnerOnly.inThisProcess();
      OwnerOnly.directory(folder);
      Files.writeString(folder.resolve("file"), "x");
      Files.createDirectory(folder.resolve("folder"));
      new ProcessBuilder("touch", folder.resolve("child").toString()).start().waitFor();
    }

    private Writer() {}
  }

  @Test
  void whatTheProcessAndItsChildrenMakeIsForItsUserAlone(@TempDir Path folder) throws Exception {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Writer.class.getName(),
                    folder.toString()))
            .inheritIO()
            .start();
    assertThat(writer.waitFor()).isZero();
    assertThat(mode(folder.resolve("file"))).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("folder"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("child"))).isEqualTo("rw-------");
  }

  @Test
  void aDirectoryThatOthersCouldReadIsClosed(@TempDir Path folder) throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(OwnerOnly.directory(open)).isEqualTo(open);
    assertThat(mode(open)).isEqualTo("rwx------");
    assertThat(mode(OwnerOnly.directory(folder.resolve("a/new")))).isEqualTo("rwx------");
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

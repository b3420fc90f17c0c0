package dev.weft.faults;

import dev.weft.faults.Namespaces.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What was seen to leave objects, one JSON object a line. Thread-safe. */
final class FrameFile {
  private final OutputStream out;

  private FrameFile(OutputStream out) {
    this.out = out;
  }

  static FrameFile open(Path file) {
    try {
      return new FrameFile(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void write(Frame frame) {
    try {
      out.write((NodeWire.write(frame) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of objects whose names begin so. */
  static List<Frame> read(Path file, String prefix) throws IOException {
    List<Frame> frames = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Frame frame = NodeWire.read(line, Frame.class);
        if (frame.object().startsWith(prefix)) {
          frames.add(frame);
        }
      }
    }
    return frames;
  }
}

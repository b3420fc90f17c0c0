package dev.weft.all.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whether there is room for the data. */
final class DiskCheck implements Check {
  /** Room for the index, the log of the embedded database, and somebody to notice. */
  private static final long LEAST_BYTES = 1L << 30;

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked, IOException {
    Path data = site.data();
    long room = site.machine().room().at(FilesCheck.existing(data));
    return room < LEAST_BYTES
        ? List.of(Finding.of(Fault.DISK_LOW, data, room >> 20, LEAST_BYTES >> 20))
        : List.of();
  }
}

package dev.weft.faults;

import java.io.IOException;

/** Callers at work. */
interface Working {

  /** Ends after the calls under way; reports. Blocks. */
  NodeWire.Report stop() throws IOException, InterruptedException;
}

package dev.weft.all.command;

import dev.weft.node.BuildInfo;
import picocli.CommandLine.IVersionProvider;

/** What runs: Weft, Java, the operating system. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "weft " + BuildInfo.version(),
      "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
      "os   " + System.getProperty("os.name") + " " + System.getProperty("os.arch"),
    };
  }
}

package dev.weft.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the build knows of itself. */
public final class BuildInfo {

  private static final Properties PROPERTIES = load();

  /** Version of Weft. */
  public static String version() {
    return PROPERTIES.getProperty("version");
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private BuildInfo() {}
}

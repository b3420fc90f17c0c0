package dev.weft.node.internal;

import dev.weft.node.logging.Logging;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classes that are needed first when a node stops, as the modules of the process list them in
 * {@code META-INF/weft/stop-classes}. They are loaded while the jar is still the one that the
 * process was started from: whoever deploys by copying over it would otherwise find the process
 * unable to drain and to end its database.
 */
final class StopClasses {
  private static final Logger log = LoggerFactory.getLogger(StopClasses.class);
  private static final String LISTS = "META-INF/weft/stop-classes";

  /** Loads them, beside what else the process does. */
  static void load() {
    Thread.ofVirtual().name("stop-classes").start(StopClasses::loadAll);
  }

  private static void loadAll() {
    Logging.loadAhead();
    ClassLoader loader = StopClasses.class.getClassLoader();
    for (String name : names(loader)) {
      try {
        Class<?> ignored = Class.forName(name, false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        // Of a part that this jar does not hold.
        log.atDebug().addKeyValue("class", name).log("Not loaded ahead of the stop");
      }
    }
  }

  private static List<String> names(ClassLoader loader) {
    List<String> names = new ArrayList<>();
    try {
      for (URL list : Collections.list(loader.getResources(LISTS))) {
        try (InputStream lines = list.openStream()) {
          new String(lines.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .forEach(names::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private StopClasses() {}
}

package dev.weft.all.command;

import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.ConfigLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that reads the configuration. */
final class ConfigOptions {
  @Option(names = "--config", paramLabel = "FILE")
  private @Nullable Path file;

  @Option(names = "--data", paramLabel = "DIR")
  private @Nullable Path data;

  /** A loader that knows the file, the environment and these options. */
  ConfigLoader loader() {
    ConfigLoader loader = Settings.ofProcess(Service.onClassPath());
    if (file != null) {
      loader.file(file, true);
    }
    if (data != null) {
      loader.flag("data", data.toString(), "--data");
    }
    return loader;
  }

  /** Whether nobody set the key. */
  static boolean isDefault(Config config, ConfigKey<?> key) {
    return config.origin(key).equals("default");
  }

  @Nullable Path file() {
    return file;
  }
}

package dev.weft.all.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTemplateTest {
  private static final Supplier<ConfigLoader> LOADER = () -> Settings.loader(Service.onClassPath());
  private static final List<LoadedConfig.Explained> DEFAULTS = LOADER.get().load().explain();

  /** To renew the file: {@code scripts/weft config template > conf/weft.yaml}. */
  @Test
  void theFileInConfNamesEverySettingAtItsDefault() {
    assertThat(Path.of("../../conf/weft.yaml")).hasContent(ConfigTemplate.of(DEFAULTS));
  }

  @Test
  void asItIsTheFileChangesNothing(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("weft.yaml"), ConfigTemplate.of(DEFAULTS));

    assertThat(LOADER.get().file(file, true).load().explain()).isEqualTo(DEFAULTS);
  }

  @Test
  void withEveryLineUncommentedTheFileSaysTheDefaults(@TempDir Path folder) throws IOException {
    String uncommented =
        ConfigTemplate.of(DEFAULTS)
            .lines()
            .map(line -> line.replaceFirst("^( *)#([a-zA-Z]+:( |$))", "$1$2"))
            .filter(line -> !line.strip().startsWith("#"))
            .collect(Collectors.joining("\n", "", "\n"));
    Path file = Files.writeString(folder.resolve("weft.yaml"), uncommented);

    List<LoadedConfig.Explained> read = LOADER.get().file(file, true).load().explain();

    assertThat(read.stream().map(line -> line.key() + "=" + line.value()))
        .containsExactlyElementsOf(
            DEFAULTS.stream().map(line -> line.key() + "=" + line.value()).toList());
  }
}

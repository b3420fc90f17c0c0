package dev.weft.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

  record Provider(String name, String baseUrl) {}

  enum Colour {
    RED,
    DARK_BLUE
  }

  private static final ConfigKey<Integer> PORT =
      ConfigKey.of("gateway.port", new TypeReference<Integer>() {}, 8000, "port")
          .checked(port -> port <= 65_535 ? null : "must be at most 65535");
  private static final ConfigKey<Duration> IDLE =
      ConfigKey.of("gateway.idle", new TypeReference<Duration>() {}, Duration.ofSeconds(30), "i");
  private static final ConfigKey<ByteSize> BODY =
      ConfigKey.of("gateway.maxBody", new TypeReference<ByteSize>() {}, ByteSize.ofMiB(4), "b");
  private static final ConfigKey<String> SECRET =
      ConfigKey.of("chat.apiKey", new TypeReference<String>() {}, "", "key")
          .withAliases("OPENAI_API_KEY")
          .asSecret()
          .checked(key -> key.isEmpty() || key.startsWith("sk-") ? null : "must start with sk-");
  private static final ConfigKey<List<String>> ORIGINS =
      ConfigKey.of("gateway.origins", new TypeReference<List<String>>() {}, List.of(), "origins");
  private static final ConfigKey<List<Provider>> PROVIDERS =
      ConfigKey.of("chat.providers", new TypeReference<List<Provider>>() {}, List.of(), "list");
  private static final ConfigKey<Colour> COLOUR =
      ConfigKey.of("colour", new TypeReference<Colour>() {}, Colour.RED, "colour");
  private static final ConfigKey<Boolean> STRICT =
      ConfigKey.of("chat.strict", new TypeReference<Boolean>() {}, true, "strict");
  private static final List<ConfigKey<?>> KEYS =
      List.of(PORT, IDLE, BODY, SECRET, ORIGINS, PROVIDERS, COLOUR, STRICT);

  private final Path directory;

  ConfigLoaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void nothingSetGivesTheDefaults() {
    LoadedConfig config = loader("").load();
    assertThat(config.get(PORT)).isEqualTo(8000);
    assertThat(config.origin(PORT)).isEqualTo("default");
  }

  @Test
  void aFlagGoesBeforeTheEnvironmentBeforeDotEnvBeforeTheFile() throws IOException {
    Path dotEnv = Files.writeString(directory.resolve(".env"), "WEFT_GATEWAY__PORT=3\n");
    ConfigLoader loader = loader("gateway:\n  port: 4\n");
    assertThat(loader.load().get(PORT)).isEqualTo(4);
    assertThat(loader.load().origin(PORT)).endsWith("weft.yaml:2");
    loader.dotEnv(dotEnv);
    assertThat(loader.load().get(PORT)).isEqualTo(3);
    assertThat(loader.load().origin(PORT)).endsWith(".env:1");
    assertThat(loader.load().variable("WEFT_GATEWAY__PORT")).isEqualTo("3");
    assertThat(loader.load().variable("NOT_SET")).isNull();
    loader.environment(Map.of("WEFT_GATEWAY__PORT", "2"));
    assertThat(loader.load().get(PORT)).isEqualTo(2);
    assertThat(loader.load().origin(PORT)).isEqualTo("WEFT_GATEWAY__PORT");
    loader.flag("gateway.port", "1", "--port");
    assertThat(loader.load().get(PORT)).isEqualTo(1);
    assertThat(loader.load().origin(PORT)).isEqualTo("--port");
  }

  @Test
  void anEmptyVariableDoesNotHideTheFile() {
    ConfigLoader loader = loader("chat:\n  apiKey: sk-file\n");
    loader.environment(Map.of("OPENAI_API_KEY", "", "WEFT_CHAT__API_KEY", " "));
    assertThat(loader.load().get(SECRET)).isEqualTo("sk-file");
  }

  @Test
  void theOwnVariableGoesBeforeAnAlias() {
    ConfigLoader loader = loader("");
    loader.environment(Map.of("OPENAI_API_KEY", "sk-alias"));
    assertThat(loader.load().get(SECRET)).isEqualTo("sk-alias");
    loader.environment(Map.of("OPENAI_API_KEY", "sk-alias", "WEFT_CHAT__API_KEY", "sk-own"));
    assertThat(loader.load().get(SECRET)).isEqualTo("sk-own");
  }

  @Test
  void valuesAreReadAsTheirTypes() {
    LoadedConfig config =
        loader(
                """
                gateway: {idle: 250ms, maxBody: 512KiB, origins: [a, b]}
                colour: dark_blue
                chat:
                  strict: false
                  providers:
                    - {name: x, baseUrl: "http://x"}
                """)
            .load();
    assertThat(config.get(IDLE)).isEqualTo(Duration.ofMillis(250));
    assertThat(config.get(BODY)).isEqualTo(new ByteSize(512 * 1024));
    assertThat(config.get(ORIGINS)).containsExactly("a", "b");
    assertThat(config.get(COLOUR)).isEqualTo(Colour.DARK_BLUE);
    assertThat(config.get(STRICT)).isFalse();
    assertThat(config.get(PROVIDERS)).containsExactly(new Provider("x", "http://x"));
  }

  @Test
  void variablesCarryListsWithCommasAndRecordsAsJson() {
    ConfigLoader loader = loader("");
    loader.environment(
        Map.of(
            "WEFT_GATEWAY__ORIGINS",
            "a, b",
            "WEFT_CHAT__PROVIDERS",
            "[{\"name\":\"x\",\"baseUrl\":\"http://x\"}]"));
    LoadedConfig config = loader.load();
    assertThat(config.get(ORIGINS)).containsExactly("a", "b");
    assertThat(config.get(PROVIDERS)).containsExactly(new Provider("x", "http://x"));
  }

  @Test
  void everythingWrongIsToldAtOnceWithPlaceAndRemedy() {
    ConfigLoader loader =
        loader(
            """
            gateway:
              prot: 8000
              idle: fast
              maxBody: big
            colour: green
            chat:
              strict: perhaps
              providers:
                - name: x
                  baseURL: http://x
            gatway:
              port: 1
            """);
    loader.environment(Map.of("WEFT_GATEWAY__PORT", "eighty", "WEFT_GATEWAY__PROT", "1"));
    loader.flag("colr", "red", "--set colr");
    assertThat(problems(loader))
        .containsExactly(
            "weft.yaml:2: gateway.prot is not a setting. Did you mean gateway.port?",
            "weft.yaml:3: gateway.idle is \"fast\", but must be a time span like 250ms, 30s, 5m or"
                + " 2h",
            "weft.yaml:4: gateway.maxBody is \"big\", but must be a size like 512KiB or 4MiB",
            "weft.yaml:5: colour is \"green\", but must be one of red, dark_blue",
            "weft.yaml:7: chat.strict is \"perhaps\", but must be true or false",
            "weft.yaml:10: chat.providers[0].baseURL is not a setting. Did you mean baseUrl?",
            "weft.yaml:11: gatway is not a setting. Did you mean gateway?",
            "WEFT_GATEWAY__PORT: gateway.port is \"eighty\", but must be a whole number",
            "environment: WEFT_GATEWAY__PROT is not a setting. Did you mean WEFT_GATEWAY__PORT?",
            "--set colr: colr is not a setting. Did you mean colour?");
  }

  @Test
  void aCheckSaysWhatWouldBeRight() {
    assertThat(problems(loader("gateway: {port: 70000}")))
        .containsExactly("weft.yaml:1: gateway.port is 70000, but must be at most 65535");
  }

  @Test
  void aSecretIsNeverShown() {
    assertThat(problems(loader("chat:\n  apiKey: hunter2\n")))
        .containsExactly("weft.yaml:2: chat.apiKey must start with sk-");
    assertThat(problems(loader("chat:\n  apiKey: [hunter2]\n")))
        .containsExactly("weft.yaml:2: chat.apiKey must be text");
    LoadedConfig config = loader("chat:\n  apiKey: sk-hunter2\n").load();
    assertThat(config.explain().toString()).doesNotContain("hunter2").contains("***");
  }

  @Test
  void aGroupWithAValueAndAValueWithAGroupAreRefused() {
    assertThat(problems(loader("gateway: 8000\ncolour: {a: 1}\n")))
        .containsExactly(
            "weft.yaml:1: gateway is a group of settings, not a value",
            "weft.yaml:2: colour must be one of red, dark_blue");
  }

  @Test
  void anEmptiedLineKeepsTheDefault() {
    LoadedConfig config = loader("gateway:\n  port:\nchat:\n").load();
    assertThat(config.get(PORT)).isEqualTo(8000);
  }

  @Test
  void brokenYamlIsToldWithItsLine() {
    assertThat(problems(loader("gateway:\n  port: [1\ncolour: red\n")).getFirst())
        .startsWith("weft.yaml:")
        .contains("This is not valid YAML");
    assertThat(problems(loader("colour: red\ncolour: red\n")).getFirst())
        .contains("weft.yaml:2: This is not valid YAML")
        .contains("Duplicate");
    assertThat(problems(loader("- a\n")).getFirst()).contains("The file must hold settings");
  }

  @Test
  void aFileThatWasAskedForMustExist() {
    Path missing = directory.resolve("missing.yaml");
    assertThat(new ConfigLoader(KEYS, Set.of("auth")).file(missing, false).load().get(PORT))
        .isEqualTo(8000);
    assertThat(problems(new ConfigLoader(KEYS, Set.of("auth")).file(missing, true)))
        .containsExactly("missing.yaml: there is no such file");
  }

  @Test
  void variablesOfTheLauncherAndOfOthersAreLeftAlone() {
    ConfigLoader loader = new ConfigLoader(NodeKeys.ALL, Set.of());
    loader.environment(
        Map.of(
            "WEFT_HOME", "/opt/weft",
            "WEFT_JAVA_HOME", "/opt/jdk",
            "WEFT_JAVA_OPTS", "-Xmx1g",
            "WEFT_BUILD", "off",
            "WEFT_AOT", "off",
            "PATH", "/bin"));
    assertThat(loader.load().explain()).isNotEmpty();
  }

  /** One file serves processes that each run one service: the others' settings are theirs. */
  @Test
  void whatStandsUnderAnotherServiceIsLeftToIt() {
    ConfigLoader loader = loader("auth:\n  anything: [1]\ngateway:\n  port: 1\n");
    loader.environment(Map.of("WEFT_AUTH__SIGNING_KEY_LIFE", "never", "WEFT_GATEWAY__PORT", "2"));
    assertThat(loader.load().get(PORT)).isEqualTo(2);
  }

  @Test
  void aFlagForAnotherServiceIsRefusedByName() {
    assertThat(problems(loader("").flag("auth.signingKeyLife", "1d", "--set auth.signingKeyLife")))
        .containsExactly(
            "--set auth.signingKeyLife: this process does not run auth, whose setting that is");
  }

  @Test
  void aGroupThatIsNoServiceAtAllIsUnknown() {
    assertThat(problems(loader("auht:\n  anything: 1\n")))
        .singleElement()
        .asString()
        .startsWith("weft.yaml:1: auht is not a setting.");
  }

  private ConfigLoader loader(String yaml) {
    try {
      Path file = Files.writeString(directory.resolve("weft.yaml"), yaml);
      return new ConfigLoader(KEYS, Set.of("auth")).file(file, true);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> problems(ConfigLoader loader) {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, loader::load);
    return thrown.problems().stream().map(problem -> problem.replace(directory + "/", "")).toList();
  }
}

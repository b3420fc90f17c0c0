package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fat jars: what merging must not lose. */
class FatJarIT {
  @ParameterizedTest
  @MethodSource("jars")
  void serviceFilesAreMergedAndSignaturesLeftOut(String service) throws IOException {
    try (JarFile jar = new JarFile(WeftProcess.jarOf(service).toFile())) {
      assertThat(providers(jar, "io.vertx.core.spi.VertxServiceProvider"))
          .as("Hazelcast and the SQL client")
          .anyMatch(name -> name.contains("hazelcast"))
          .anyMatch(name -> name.contains("sqlclient"));
      assertThat(providers(jar, "org.flywaydb.core.extensibility.Plugin"))
          .anyMatch(name -> name.contains("postgresql"))
          .hasSizeGreaterThan(10);
      assertThat(providers(jar, "java.sql.Driver")).contains("org.postgresql.Driver");
      if (service.equals("rag") || service.equals("all")) {
        assertThat(providers(jar, "org.apache.lucene.codecs.Codec")).isNotEmpty();
        assertThat(providers(jar, "org.apache.lucene.analysis.TokenizerFactory"))
            .as("of the analysis modules")
            .anyMatch(name -> name.contains(".icu."))
            .anyMatch(name -> name.contains(".standard."));
      }
      assertThat(jar.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)"))
          .noneMatch(name -> name.equals("module-info.class"));
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
      assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
          .isEqualTo("ALL-UNNAMED");
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void eachStartsAndSaysWhatItIs(String service, @TempDir Path folder) throws Exception {
    try (WeftProcess process = WeftProcess.jar(folder, Map.of(), service, "--version")) {
      assertThat(process.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(process.firstLine(Duration.ofSeconds(2))).startsWith("weft " + service + " ");
      assertThat(process.err()).isEmpty();
    }
  }

  private static Stream<String> services() {
    return Services.ALL.stream().map(ServiceDescriptor::name);
  }

  private static Stream<String> jars() {
    return Stream.concat(services(), Stream.of("all"));
  }

  private static List<String> providers(JarFile jar, String type) {
    ZipEntry entry = jar.getEntry("META-INF/services/" + type);
    assertThat(entry).as(type).isNotNull();
    try (var in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

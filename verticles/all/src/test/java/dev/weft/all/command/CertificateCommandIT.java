package dev.weft.all.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateCommandIT {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;
  private final Path data;

  CertificateCommandIT(@TempDir Path folder) {
    this.folder = folder;
    this.data = folder.resolve("data");
  }

  @Test
  void withoutAnAuthorityNoneIsMade() {
    assertThat(run("certificate", "issue", "shop")).isEqualTo(3);
    assertThat(err.toString(UTF_8)).contains("weft init", "--authority");
    assertThat(data.resolve("authority")).doesNotExist();
    assertThat(run("certificate", "show")).isZero();
    assertThat(err.toString(UTF_8)).contains("no certificates");
  }

  @Test
  void anIssuedOneNamesItsServiceAndHostsAndIsShown() throws Exception {
    TlsAuthority.ofData(data).ensure();
    assertThat(run("certificate", "issue", "shop", "--host", "shop.internal")).isZero();
    NodeCertificate shop = new NodeCertificate(data.resolve("tls/shop"));
    assertThat(out.toString(UTF_8).strip()).isEqualTo(shop.directory().toString());
    assertThat(shop.services()).containsExactly("shop");
    assertThat(shop.hosts()).contains("shop.internal");

    out.reset();
    assertThat(run("certificate", "show")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("CN=Weft shop", "shop.internal", shop.directory().toString());

    out.reset();
    assertThat(run("certificate", "show", "--json")).isZero();
    JsonNode one = Json.mapper().readTree(out.toString(UTF_8)).path(0);
    assertThat(one.path("services")).hasSize(1);
    assertThat(one.path("ends").asText()).isEqualTo(shop.read().getNotAfter().toInstant() + "");
  }

  @Test
  void theAuthorityAndTheFolderCanBeElsewhere() throws Exception {
    Path authority = folder.resolve("offline");
    new TlsAuthority(authority).ensure();
    Path target = folder.resolve("out");
    assertThat(
            run(
                "certificate",
                "issue",
                "chat",
                "rag",
                "--authority",
                authority.toString(),
                "--directory",
                target.toString()))
        .isZero();
    assertThat(new NodeCertificate(target).services()).containsExactly("chat", "rag");
    assertThat(Files.exists(data.resolve("authority"))).isFalse();
  }

  @Test
  void aNameThatNoServiceCanHaveIsAMistake() throws Exception {
    TlsAuthority.ofData(data).ensure();
    for (String name : List.of("my-shop", "*", "Shop")) {
      assertThat(run("certificate", "issue", name)).isEqualTo(2);
    }
    assertThat(data.resolve("tls")).doesNotExist();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data.toString()));
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Messages.in(Locale.ENGLISH),
            false);
    return CommandLines.create(terminal).execute(all.toArray(String[]::new));
  }
}

package dev.weft.all.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.json.Json;
import dev.weft.mesh.CertificateRoles;
import dev.weft.node.ExitCode;
import dev.weft.node.OwnerOnly;
import dev.weft.node.StartFailure;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft certificate}: the certificates of a cluster's nodes. */
@Command(
    name = "certificate",
    mixinStandardHelpOptions = true,
    subcommands = {CertificateCommand.Issue.class, CertificateCommand.Show.class})
final class CertificateCommand {

  /** {@code weft certificate issue}. The folder to copy is all that standard output gets. */
  @Command(name = "issue", mixinStandardHelpOptions = true)
  static final class Issue implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "SERVICE")
    private List<String> services = new ArrayList<>();

    @Option(names = "--host", paramLabel = "NAME")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--directory", paramLabel = "DIR")
    private @Nullable Path directory;

    @Option(names = "--authority", paramLabel = "DIR")
    private @Nullable Path place;

    Issue(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
      for (String service : services) {
        try {
          CertificateRoles.uri(service);
        } catch (IllegalArgumentException e) {
          throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
      }
      OwnerOnly.inThisProcess();
      Path data = Path.of(options.loader().load().get(NodeKeys.DATA));
      TlsAuthority authority = place == null ? TlsAuthority.ofData(data) : new TlsAuthority(place);
      if (!authority.exists()) {
        throw new StartFailure(
            ExitCode.CONFIG_INVALID,
            terminal.messages().text("certificate.noAuthority", authority.directory()));
      }
      NodeCertificate certificate =
          new NodeCertificate(
              directory == null
                  ? NodeCertificate.under(data).resolve(services.getFirst())
                  : directory);
      if (directory == null) {
        OwnerOnly.directory(data);
      }
      authority.issue(certificate, services, hosts);
      terminal.info(
          "certificate.issued",
          String.join(", ", services),
          certificate.read().getNotAfter().toInstant());
      terminal.out().println(certificate.directory());
      return 0;
    }
  }

  /** {@code weft certificate show}. */
  @Command(name = "show", mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Parameters(arity = "0..*", paramLabel = "DIR")
    private List<Path> directories = new ArrayList<>();

    @Option(names = "--json")
    private boolean json;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
      LoadedConfig config = options.loader().load();
      Path data = Path.of(config.get(NodeKeys.DATA));
      List<NodeCertificate> certificates =
          directories.isEmpty()
              ? NodeCertificate.all(config, data)
              : directories.stream().map(NodeCertificate::new).toList();
      List<Row> rows = new ArrayList<>();
      for (NodeCertificate certificate : certificates) {
        if (!Files.exists(certificate.certificate())) {
          throw new StartFailure(
              ExitCode.FAILED,
              terminal.messages().text("certificate.none", certificate.directory()));
        }
        rows.add(Row.of(certificate));
      }
      if (json) {
        terminal.out().println(text(rows));
      } else if (rows.isEmpty()) {
        terminal.info("certificate.none", NodeCertificate.under(data));
      } else {
        table(rows).lines(0).forEach(terminal.out()::println);
      }
      return 0;
    }

    private static String text(List<Row> rows) throws JsonProcessingException {
      return Json.mapper().writeValueAsString(rows);
    }

    private Table table(List<Row> rows) {
      Table table =
          new Table(
              terminal.messages().text("certificate.directory"),
              terminal.messages().text("certificate.subject"),
              terminal.messages().text("certificate.services"),
              terminal.messages().text("certificate.hosts"),
              terminal.messages().text("certificate.ends"));
      for (Row row : rows) {
        table.row(
            row.directory(),
            row.subject(),
            row.services().isEmpty() ? "-" : String.join(" ", row.services()),
            String.join(" ", row.hosts()),
            row.ends());
      }
      return table;
    }
  }

  /** A certificate, for people and programs. */
  private record Row(
      String directory, String subject, Set<String> services, Set<String> hosts, String ends) {
    static Row of(NodeCertificate certificate) throws IOException, GeneralSecurityException {
      X509Certificate read = certificate.read();
      return new Row(
          certificate.directory().toString(),
          read.getSubjectX500Principal().getName(),
          certificate.services(),
          certificate.hosts(),
          read.getNotAfter().toInstant().toString());
    }
  }
}

package dev.weft.all.command;

import dev.weft.all.terminal.Terminal;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.node.OwnerOnly;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import dev.weft.postgres.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code weft init}: what a cluster needs before its first start. Changes nothing that is there.
 */
@Command(name = "init", mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {
  private static final int MASTER_KEY_BYTES = 32;
  private static final String MASTER_KEY_LINE = "WEFT_MASTER_KEY=";

  /** What is added to the name of a service for the second process of it. */
  private static final List<String> PROCESSES = List.of("", "-2");

  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--host", paramLabel = "NAME")
  private List<String> hosts = new ArrayList<>();

  @Option(names = "--authority", paramLabel = "DIR")
  private @Nullable Path place;

  InitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    LoadedConfig config = options.loader().load();
    Path data = Path.of(config.get(NodeKeys.DATA));
    OwnerOnly.inThisProcess();
    OwnerOnly.directory(data);
    TlsAuthority authority = place == null ? TlsAuthority.ofData(data) : new TlsAuthority(place);
    boolean before = authority.exists();
    authority.ensure();
    tell(before, authority.directory());
    for (ServiceDescriptor service : Services.ALL) {
      for (String process : PROCESSES) {
        NodeCertificate certificate =
            new NodeCertificate(NodeCertificate.under(data).resolve(service.name() + process));
        before = certificate.exists();
        authority.ensure(certificate, List.of(service.name()), hosts);
        tell(before, certificate.directory());
      }
    }
    makeEnvironmentFile(config, data);
    terminal.info("init.next", NodeCertificate.under(data));
    terminal.info("init.authority", authority.directory());
    return 0;
  }

  private void tell(boolean before, Path made) {
    terminal.info(before ? "init.kept" : "init.made", made);
  }

  private void makeEnvironmentFile(LoadedConfig config, Path data) throws IOException {
    Path file = Path.of(".env");
    if (Files.exists(file)) {
      terminal.info("init.kept", file);
      return;
    }
    Path example = Path.of(System.getenv().getOrDefault("WEFT_HOME", "."), "conf", ".env.example");
    String text = Files.exists(example) ? Files.readString(example) : MASTER_KEY_LINE + "\n";
    SecretFile.write(
        file, text.replace(MASTER_KEY_LINE, MASTER_KEY_LINE + masterKey(config, data)));
    terminal.info("init.made", file);
    terminal.info("init.env");
  }

  /** The key in force, so that what it sealed stays readable; a new one where there is none. */
  private static String masterKey(LoadedConfig config, Path data) throws IOException {
    if (!config.get(NodeKeys.MASTER_KEY).isEmpty()) {
      return "";
    }
    Path ofDevProfile = data.resolve("master.key");
    if (Files.exists(ofDevProfile)) {
      return Files.readString(ofDevProfile).strip();
    }
    byte[] random = new byte[MASTER_KEY_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }
}

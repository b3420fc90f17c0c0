package dev.weft.node.http;

import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.config.ProxyAddress;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How this process calls servers that are not its own: through which proxy, and whom it trusts
 * beside the authorities that Java knows. Immutable.
 */
public final class Outbound {
  private static final int MAX_CA_BYTES = 4 << 20;

  private final @Nullable ProxyAddress proxy;
  private final List<String> direct;
  private final @Nullable TrustOptions trust;

  private Outbound(
      @Nullable ProxyAddress proxy, List<String> direct, @Nullable TrustOptions trust) {
    this.proxy = proxy;
    this.direct = direct;
    this.trust = trust;
  }

  /**
   * As the settings say. Reads a file.
   *
   * @throws StartFailure when the file of authorities cannot be used
   */
  public static Outbound of(Config config) {
    String address = config.get(NodeKeys.OUTBOUND_PROXY);
    String file = config.get(NodeKeys.OUTBOUND_CA_FILE);
    return new Outbound(
        address.isBlank() ? null : ProxyAddress.parse(address),
        config.get(NodeKeys.OUTBOUND_NO_PROXY).stream()
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty())
            .toList(),
        file.isBlank() ? null : trust(file, config.origin(NodeKeys.OUTBOUND_CA_FILE)));
  }

  /**
   * The proxy to a server; null to connect to it directly, as to all on this machine, those that
   * are named, and plain {@code http://}, which nobody uses beyond a network of one's own.
   */
  public @Nullable ProxyOptions proxyTo(URI server) {
    ProxyAddress through = addressTo(server);
    if (through == null) {
      return null;
    }
    ProxyOptions options =
        new ProxyOptions()
            .setType(through.socks() ? ProxyType.SOCKS5 : ProxyType.HTTP)
            .setHost(through.host())
            .setPort(through.port());
    return through.user().isEmpty()
        ? options
        : options.setUsername(through.user()).setPassword(through.password());
  }

  /** The same for people; null for none. */
  public @Nullable String proxyName(URI server) {
    ProxyAddress through = addressTo(server);
    return through == null ? null : through.toString();
  }

  /** Whom to trust; null for those that Java knows. */
  public @Nullable TrustOptions trust() {
    return trust;
  }

  private @Nullable ProxyAddress addressTo(URI server) {
    boolean secure = "https".equalsIgnoreCase(server.getScheme());
    return proxy == null || !secure || isDirect(server) ? null : proxy;
  }

  private boolean isDirect(URI server) {
    String text = server.getHost().toLowerCase(Locale.ROOT);
    String host = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    int port = server.getPort() < 0 ? 443 : server.getPort();
    byte[] address = literal(host);
    if (host.equals("localhost") || host.endsWith(".localhost") || isLoopback(address)) {
      return true;
    }
    return direct.stream().anyMatch(name -> matches(name, host, port, address));
  }

  /**
   * Names as other tools take them: of a host, of a domain and all below it, with a port or not.
   */
  private static boolean matches(String name, String host, int port, byte @Nullable [] address) {
    if (name.equals("*")) {
      return true;
    }
    if (address != null && name.indexOf('/') > 0) {
      return isWithin(name, address);
    }
    String wanted = name.startsWith("*.") ? name.substring(1) : name;
    int colon = wanted.lastIndexOf(':');
    if (colon > 0 && wanted.indexOf(':') == colon) {
      if (!wanted.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      wanted = wanted.substring(0, colon);
    }
    String bare = wanted.startsWith(".") ? wanted.substring(1) : wanted;
    return host.equals(bare) || (address == null && host.endsWith("." + bare));
  }

  /** Whether an address is one of a network like {@code 10.0.0.0/8}. */
  private static boolean isWithin(String network, byte[] address) {
    int slash = network.indexOf('/');
    byte[] start = literal(network.substring(0, slash));
    int bits;
    try {
      bits = Integer.parseInt(network.substring(slash + 1));
    } catch (NumberFormatException e) {
      return false;
    }
    if (start == null || start.length != address.length || bits < 0 || bits > 8 * start.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((start[i / 8] & mask) != (address[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of an address; null for a name, which nobody is asked about. */
  private static byte @Nullable [] literal(String host) {
    if (host.indexOf(':') < 0 && !host.matches("[0-9]+(\\.[0-9]+){3}")) {
      return null;
    }
    try {
      return InetAddress.getByName(host).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static boolean isLoopback(byte @Nullable [] address) {
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static TrustOptions trust(String file, String origin) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_CA_BYTES) {
        throw unusable(file, origin, "it is larger than " + MAX_CA_BYTES + " bytes");
      }
      Collection<? extends Certificate> more =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(path)));
      if (more.isEmpty()) {
        throw unusable(file, origin, "it holds no certificate in PEM form");
      }
      return TrustOptions.wrap(withMore(more));
    } catch (IOException | InvalidPathException e) {
      throw unusable(file, origin, "it cannot be read");
    } catch (GeneralSecurityException e) {
      throw unusable(file, origin, "it holds something else than certificates in PEM form");
    }
  }

  private static StartFailure unusable(String file, String origin, String why) {
    return new StartFailure(
        ExitCode.CONFIG_INVALID,
        "outbound.caFile ("
            + origin
            + ") is "
            + file
            + ", but "
            + why
            + ". Give it a PEM file with the certificates of the authorities to trust.");
  }

  private static TrustManager withMore(Collection<? extends Certificate> more)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (X509Certificate known : manager(null).getAcceptedIssuers()) {
      store.setCertificateEntry("known-" + number++, known);
    }
    for (Certificate each : more) {
      store.setCertificateEntry("more-" + number++, each);
    }
    return manager(store);
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("no trust manager for certificates");
  }
}

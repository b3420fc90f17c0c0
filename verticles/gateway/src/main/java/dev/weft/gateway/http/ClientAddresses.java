package dev.weft.gateway.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come from. What a client says of itself is believed to the extent that proxies say
 * it which are trusted: {@code X-Forwarded-For} is read from its end, for as long as trusted
 * proxies have written it. Immutable and thread-safe.
 */
public final class ClientAddresses {
  private static final String FORWARDED_FOR = "x-forwarded-for";
  private static final String UNKNOWN = "unknown";

  /** Proxies on the way; more is no honest request. */
  private static final int MAX_HOPS = 32;

  private final List<IpSubnetFilterRule> trusted;

  /**
   * @param trustedProxies addresses and networks, such as {@code 10.0.0.0/8} and {@code ::1}
   * @throws IllegalArgumentException when one is neither
   */
  public ClientAddresses(List<String> trustedProxies) {
    trusted = trustedProxies.stream().map(ClientAddresses::network).toList();
  }

  /** What is wrong with an address or network; null when nothing is. */
  public static @Nullable String fault(String network) {
    try {
      network(network);
      return null;
    } catch (IllegalArgumentException e) {
      return "'" + network + "' is no address or network such as 10.0.0.0/8";
    }
  }

  /** The address of the client, as text; {@code unknown} when the connection has none. */
  public String of(HttpServerRequest request) {
    // Of the connection: the request's own may be what a header says.
    SocketAddress remote = request.connection().remoteAddress();
    String address = remote == null ? null : remote.hostAddress();
    if (address == null) {
      return UNKNOWN;
    }
    return trusted.isEmpty() ? address : of(address, request.headers().getAll(FORWARDED_FOR));
  }

  /**
   * The address of the client.
   *
   * @param peer at the other end of the connection
   * @param lines values of {@code X-Forwarded-For}, in their order
   */
  String of(String peer, List<String> lines) {
    if (!isTrusted(peer)) {
      return peer;
    }
    String address = peer;
    int hops = 0;
    for (int line = lines.size() - 1; line >= 0; line--) {
      String text = lines.get(line);
      int end = text.length();
      while (end >= 0 && hops++ < MAX_HOPS) {
        int comma = text.lastIndexOf(',', end - 1);
        String said = bare(text.substring(comma + 1, end).strip());
        if (!NetUtil.isValidIpV4Address(said) && !NetUtil.isValidIpV6Address(said)) {
          return address;
        }
        address = said;
        if (!isTrusted(said)) {
          return address;
        }
        end = comma;
      }
    }
    return address;
  }

  /** Some proxies add the port. */
  private static String bare(String said) {
    if (said.startsWith("[")) {
      int end = said.indexOf(']');
      return end < 0 ? said : said.substring(1, end);
    }
    int colon = said.indexOf(':');
    return colon > 0 && said.indexOf(':', colon + 1) < 0 ? said.substring(0, colon) : said;
  }

  private boolean isTrusted(String address) {
    InetAddress numbers = NetUtil.createInetAddressFromIpAddressString(address);
    return numbers != null
        && trusted.stream().anyMatch(network -> network.matches(new InetSocketAddress(numbers, 0)));
  }

  private static IpSubnetFilterRule network(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null) {
      throw new IllegalArgumentException(text);
    }
    int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
    return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
  }
}

package dev.weft.node.http;

import io.netty.util.NetUtil;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a server may be asked for. A page of a stranger whose name was made to lead to
 * this machine (DNS rebinding) is of one origin with the server in a browser's eyes, but for that
 * name; the names of loopback and addresses in numbers can lead to no other place than they say.
 * Immutable.
 */
public final class AllowedHosts {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  private final Set<String> names;
  private final boolean any;

  private AllowedHosts(Set<String> names, boolean any) {
    this.names = names;
    this.any = any;
  }

  /**
   * Those of a server. When no name is given, one on loopback has no others than loopback's, and
   * one that listens elsewhere may be asked for by any.
   *
   * @param listening the address it listens on
   * @param names beside those of loopback and the address at which a request came in
   */
  public static AllowedHosts of(String listening, Collection<String> names) {
    return new AllowedHosts(
        names.stream().map(AllowedHosts::plain).collect(Collectors.toUnmodifiableSet()),
        names.isEmpty() && !isLoopback(listening));
  }

  /** What is wrong with a name as a setting; null when nothing is. */
  public static @Nullable String fault(String name) {
    return NAME.matcher(name).matches() || NetUtil.isValidIpV6Address(plain(name))
        ? null
        : "'" + name + "' is no name or address alone, such as weft.example.com";
  }

  /**
   * Whether a request may be for a host.
   *
   * @param host as the request says; null when it says none, as HTTP/1.0 may
   * @param local the address at which its connection came in; null when there is none
   */
  public boolean allows(@Nullable HostAndPort host, @Nullable SocketAddress local) {
    return any || host == null || isOwn(host, local);
  }

  /** Whether a host is certainly this server: no name that is only allowed because any is. */
  public boolean isOwn(HostAndPort host, @Nullable SocketAddress local) {
    String name = plain(host.host());
    return isLoopback(name)
        || names.contains(name)
        || (local != null && isAddress(name, local.hostAddress()));
  }

  /** Whether a host was named as the server's own, whatever the port. */
  public boolean isNamed(HostAndPort host) {
    return names.contains(plain(host.host()));
  }

  private static boolean isLoopback(String host) {
    String name = plain(host);
    return name.equals("127.0.0.1")
        || name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("::1")
        || LOOPBACK.matcher(name).matches();
  }

  private static boolean isAddress(String name, @Nullable String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(name);
    return bytes != null
        && address != null
        && Arrays.equals(bytes, NetUtil.createByteArrayFromIpAddressString(address));
  }

  /** In lower case and without the brackets of IPv6. */
  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
  }
}

package dev.weft.all.dev;

import dev.weft.gateway.GatewayKeys;
import dev.weft.node.config.Config;

/** Addresses for people on this machine. */
public final class Urls {
  /** The gateway's address, without a slash at its end. */
  public static String gateway(Config config, int port) {
    String host = config.get(GatewayKeys.HOST);
    boolean all = host.equals("0.0.0.0") || host.equals("::");
    String shown = all ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    String scheme = config.get(GatewayKeys.TLS_CERTIFICATE).isBlank() ? "http://" : "https://";
    return scheme + shown + ":" + port;
  }

  private Urls() {}
}

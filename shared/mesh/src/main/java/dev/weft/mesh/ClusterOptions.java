package dev.weft.mesh;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a node of a cluster listens and whom it joins.
 *
 * @param host interface to bind, an address: {@code 127.0.0.1} on one machine
 * @param port port for membership (Hazelcast); fixed, no search for a free one
 * @param busPort port for the event bus; 0 for any free one
 * @param members all members' {@code host:port}, in any order, this one may be among them
 * @param clusterName only nodes of the same name join each other
 * @param tls mutual TLS for membership and the bus; null for none, which is for tests on loopback
 */
public record ClusterOptions(
    String host,
    int port,
    int busPort,
    List<String> members,
    String clusterName,
    @Nullable Tls tls) {

  public ClusterOptions {
    members = List.copyOf(members);
    if (tls == null && !InetAddress.ofLiteral(host).isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "A node on " + host + " needs certificates: anybody there could join or listen.");
    }
  }

  /**
   * PEM files of the private CA.
   *
   * @param caCertificate path of the CA's certificate
   * @param certificate path of this node's certificate
   * @param privateKey path of this node's key, PKCS#8
   */
  public record Tls(String caCertificate, String certificate, String privateKey) {}
}

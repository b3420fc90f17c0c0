package dev.weft.mesh;

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
 * @param tls mutual TLS for the bus; null for none (loopback only)
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

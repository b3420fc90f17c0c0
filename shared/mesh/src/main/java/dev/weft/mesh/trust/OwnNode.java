package dev.weft.mesh.trust;

import dev.weft.mesh.ClusterOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.util.Objects;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * This process as a node: its certificate, and a key of its own that no process had before.
 * Thread-safe.
 */
public final class OwnNode {
  private static final String EXCHANGE = "X25519";
  private static final int KEY_BYTES = 32;

  private final NodeCredentials credentials;
  private final KeyPair keys;
  private final String id;
  private final String node;
  private volatile @Nullable NodeRecord record;

  private OwnNode(NodeCredentials credentials, KeyPair keys, String name)
      throws GeneralSecurityException {
    this.credentials = credentials;
    this.keys = keys;
    this.id = NodeRecord.id(keys.getPublic().getEncoded(), credentials.certificate());
    this.node = NodeRecord.node(name, id);
  }

  /**
   * Reads the certificate and makes a key; blocks.
   *
   * @param name what people call the node
   * @param host the address that the node's bus listens on
   * @throws CertificateException when no member would believe what a node with that certificate
   *     says
   */
  public static OwnNode of(ClusterOptions.Tls files, String name, String host)
      throws IOException, GeneralSecurityException {
    NodeCredentials credentials = NodeCredentials.read(files);
    try {
      NodeRecord.requireMember(credentials.certificate(), host);
    } catch (CertificateException e) {
      throw new CertificateException(
          "no other member would believe a node with "
              + files.certificate()
              + ": "
              + e.getMessage()
              + ". It was issued by an earlier version, or for another machine: issue it again",
          e);
    }
    return new OwnNode(credentials, KeyPairGenerator.getInstance(EXCHANGE).generateKeyPair(), name);
  }

  /** The node's id in the cluster. */
  public String id() {
    return id;
  }

  /** Its {@code Mesh.nodeId()}. */
  public String node() {
    return node;
  }

  NodeCredentials credentials() {
    return credentials;
  }

  /** The node's bus listens there: what it says of itself from now on. */
  public NodeRecord listens(String host, int port) throws GeneralSecurityException {
    NodeRecord signed =
        NodeRecord.sign(
            node,
            host,
            port,
            keys.getPublic().getEncoded(),
            credentials.certificate(),
            credentials.key());
    record = signed;
    return signed;
  }

  /** What it says of itself; there once its bus listens. */
  public NodeRecord record() {
    return Objects.requireNonNull(record, "the bus listens before anything is said");
  }

  boolean listensAt(String address) {
    NodeRecord mine = record;
    return mine != null && mine.address().equals(address);
  }

  /** The key of the messages of one node to another, one of which is this one. */
  SecretKey keyWith(NodeRecord other, boolean outgoing) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance(EXCHANGE);
    agreement.init(keys.getPrivate());
    agreement.doPhase(other.key(), true);
    String direction = outgoing ? id + " " + other.id() : other.id() + " " + id;
    return KDF.getInstance("HKDF-SHA256")
        .deriveKey(
            "HmacSHA256",
            HKDFParameterSpec.ofExtract()
                .addIKM(agreement.generateSecret())
                .thenExpand(
                    ("weft bus tag/1 " + direction).getBytes(StandardCharsets.US_ASCII),
                    KEY_BYTES));
  }
}

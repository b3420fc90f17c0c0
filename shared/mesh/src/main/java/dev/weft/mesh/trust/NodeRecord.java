package dev.weft.mesh.trust;

import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import dev.weft.mesh.CertificateRoles;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a node says of itself once for its life, signed with the key of its certificate: where its
 * bus listens and the public key that its messages are known by. Its id is made of that key and the
 * certificate, so that nobody else can have it. Immutable.
 */
public final class NodeRecord {
  static final int MAX_TEXT = 8_192;
  private static final byte[] PURPOSE = "weft node record/1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ID_DIGITS = 32;
  private static final int NAME_DIGITS = 16;
  private static final int MAX_NAME = 200;
  private static final int MAX_PORT = 65_535;

  /** Kinds of alternative names: DNS names and addresses. */
  private static final Set<Integer> HOSTS = Set.of(2, 7);

  private final Said said;
  private final X509Certificate certificate;
  private final Set<String> services;
  private final String text;
  private final String address;

  private NodeRecord(Said said, X509Certificate certificate, String text) {
    this.said = said;
    this.certificate = certificate;
    this.services = CertificateRoles.of(certificate);
    this.text = text;
    this.address = address(said.host, said.port);
  }

  /**
   * What is signed.
   *
   * @param key X25519, as X.509 writes it, in base64
   */
  record Said(String id, String node, String host, int port, String key) {}

  /** The id in the cluster of the node with that public key and certificate. */
  static String id(byte[] key, X509Certificate certificate) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(PURPOSE);
    digest.update(digestOf(key));
    digest.update(digestOf(certificate.getEncoded()));
    return HexFormat.of().formatHex(digest.digest()).substring(0, ID_DIGITS);
  }

  private static byte[] digestOf(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  /** What people call the node of that id. */
  static String node(String name, String id) {
    return name + "-" + id.substring(0, NAME_DIGITS);
  }

  /** The record of the node that has the keys. */
  static NodeRecord sign(
      String node, String host, int port, byte[] key, X509Certificate certificate, PrivateKey by)
      throws GeneralSecurityException {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    Said said =
        new Said(id(key, certificate), node, host, port, Base64.getEncoder().encodeToString(key));
    byte[] body = Json.encodeBytes(said);
    Signature signature = Signature.getInstance(algorithm(by.getAlgorithm()));
    signature.initSign(by);
    signature.update(PURPOSE);
    signature.update(body);
    String text =
        String.join(
            ".",
            base64.encodeToString(body),
            base64.encodeToString(certificate.getEncoded()),
            base64.encodeToString(signature.sign()));
    return new NodeRecord(said, certificate, text);
  }

  /**
   * Reads a record and verifies all of it.
   *
   * @throws GeneralSecurityException when it is not one of a node whose certificate is from one of
   *     the authorities
   */
  static NodeRecord read(String text, List<X509Certificate> authorities)
      throws GeneralSecurityException {
    String[] parts = text.length() > MAX_TEXT ? new String[0] : text.split("\\.", -1);
    if (parts.length != 3) {
      throw new SignatureException("the record has another form");
    }
    byte[] body;
    byte[] signed;
    X509Certificate certificate;
    Said said;
    byte[] key;
    try {
      Base64.Decoder base64 = Base64.getUrlDecoder();
      body = base64.decode(parts[0]);
      certificate = certificate(base64.decode(parts[1]));
      signed = base64.decode(parts[2]);
      said = Json.decode(body, Said.class);
      key = Base64.getDecoder().decode(said.key);
    } catch (IllegalArgumentException | WeftException e) {
      throw new SignatureException("the record has another form", e);
    }
    NodeRecord record = new NodeRecord(said, certificate, text);
    record.check(key);
    verifyChain(certificate, authorities);
    Signature signature =
        Signature.getInstance(algorithm(certificate.getPublicKey().getAlgorithm()));
    signature.initVerify(certificate.getPublicKey());
    signature.update(PURPOSE);
    signature.update(body);
    if (!signature.verify(signed)) {
      throw new SignatureException("the record was not signed with its certificate's key");
    }
    return record;
  }

  private void check(byte[] key) throws GeneralSecurityException {
    if (!said.id.equals(id(key, certificate))) {
      throw new SignatureException("the id " + said.id + " belongs to another key");
    }
    if (said.node.length() > MAX_NAME || !said.node.equals(node(name(), said.id))) {
      throw new SignatureException("the node's name is not one of its id");
    }
    if (said.port < 1 || said.port > MAX_PORT) {
      throw new SignatureException("no port: " + said.port);
    }
    requireMember(certificate, said.host);
  }

  private String name() {
    return said.node.substring(0, Math.max(0, said.node.length() - NAME_DIGITS - 1));
  }

  /**
   * Whether a certificate can be one of a member at the address.
   *
   * @throws CertificateException saying what it lacks
   */
  static void requireMember(X509Certificate certificate, String host) throws CertificateException {
    if (CertificateRoles.of(certificate).isEmpty()) {
      throw new CertificateException("it names no service");
    }
    Set<String> hosts = hosts(certificate);
    if (!hosts.contains(normal(host))) {
      throw new CertificateException("it is for " + hosts + " and not for " + host);
    }
  }

  /** The names and addresses of machines in the certificate. */
  private static Set<String> hosts(X509Certificate certificate) throws CertificateException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Set.of()
        : names.stream()
            .filter(name -> HOSTS.contains(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** An address as certificates spell it, a name as it is. */
  private static String normal(String host) {
    try {
      return InetAddress.ofLiteral(host).getHostAddress();
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  private static void verifyChain(X509Certificate certificate, List<X509Certificate> authorities)
      throws GeneralSecurityException {
    PKIXParameters parameters =
        new PKIXParameters(
            authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false); // the authority publishes none
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
            parameters);
  }

  private static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static String algorithm(String ofKey) throws SignatureException {
    return switch (ofKey) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default -> throw new SignatureException("no signatures with keys of " + ofKey);
    };
  }

  /** The node's id in the cluster. */
  public String id() {
    return said.id;
  }

  /** Its {@code Mesh.nodeId()}. */
  public String node() {
    return said.node;
  }

  /** The address that its bus listens on. */
  public String host() {
    return said.host;
  }

  public int port() {
    return said.port;
  }

  /** Where its bus listens, for comparisons. */
  String address() {
    return address;
  }

  static String address(String host, int port) {
    return normal(host) + " " + port;
  }

  /** Whether both are of one certificate. */
  boolean isOfSameCertificate(NodeRecord other) {
    return certificate.equals(other.certificate);
  }

  boolean isOf(X509Certificate other) {
    return certificate.equals(other);
  }

  PublicKey key() throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519")
        .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(said.key)));
  }

  /** Whether the node may serve the endpoint: its service is the certificate's, or all nodes'. */
  public boolean speaksFor(String endpoint) {
    return CertificateRoles.speaksFor(services, endpoint);
  }

  /** The record as it is passed on. */
  public String text() {
    return text;
  }
}

package dev.weft.mesh.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.json.Json;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.TestCertificates;
import dev.weft.mesh.trust.RefusedClaims.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which records are believed. */
class NodeRecordIT {
  private static final String HOST = "127.0.0.1";

  @TempDir private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private byte[] key;

  @SuppressWarnings("NullAway.Init") // set before each test
  private NodeCredentials shop;

  @SuppressWarnings("NullAway.Init") // set before each test
  private NodeCredentials auth;

  @BeforeEach
  void issue() throws Exception {
    TestCertificates house = new TestCertificates(folder, "house");
    shop = NodeCredentials.read(house.issue("shop", List.of("shop"), HOST));
    auth = NodeCredentials.read(house.issue("auth", List.of("auth"), HOST));
    key = newKey();
  }

  private static byte[] newKey() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
  }

  private NodeRecord sign(String host, int port, NodeCredentials by)
      throws GeneralSecurityException {
    String node = NodeRecord.node("n", NodeRecord.id(key, by.certificate()));
    return NodeRecord.sign(node, host, port, key, by.certificate(), by.key());
  }

  private NodeRecord read(String text) throws GeneralSecurityException {
    return NodeRecord.read(text, shop.authorities());
  }

  @Test
  void aRecordSaysWhatItsNodeSigned() throws Exception {
    NodeRecord record = read(sign(HOST, 4_711, shop).text());
    assertThat(record.id()).isEqualTo(NodeRecord.id(key, shop.certificate()));
    assertThat(record.node()).isEqualTo("n-" + record.id().substring(0, 16));
    assertThat(record.host() + record.port()).isEqualTo(HOST + 4_711);
    assertThat(record.speaksFor("shop.sell")).isTrue();
    assertThat(record.speaksFor("auth.keys.create")).isFalse();
    assertThat(record.speaksFor("objects.carts.call")).isTrue();
    assertThat(record.speaksFor("watching.push")).isTrue();
  }

  /** A record made of parts that were not meant for each other. */
  private String forged(NodeRecord.Said said, NodeCredentials shown, NodeCredentials signing)
      throws GeneralSecurityException {
    byte[] body = Json.encodeBytes(said);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signing.key());
    signature.update("weft node record/1\n".getBytes(StandardCharsets.US_ASCII));
    signature.update(body);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(body)
        + "."
        + base64.encodeToString(shown.certificate().getEncoded())
        + "."
        + base64.encodeToString(signature.sign());
  }

  private NodeRecord.Said said(String id, String node) {
    return new NodeRecord.Said(id, node, HOST, 1, Base64.getEncoder().encodeToString(key));
  }

  @Test
  void whoShowsAnothersCertificateIsNotBelieved() throws Exception {
    String id = NodeRecord.id(key, auth.certificate());
    assertThat(read(forged(said(id, NodeRecord.node("n", id)), auth, auth)).id()).isEqualTo(id);
    assertThatThrownBy(() -> read(forged(said(id, NodeRecord.node("n", id)), auth, shop)))
        .hasMessageContaining("not signed");
  }

  @Test
  void anIdBelongsToOneKeyAndCertificate() throws Exception {
    String others = NodeRecord.id(key, auth.certificate());
    assertThatThrownBy(() -> read(forged(said(others, NodeRecord.node("n", others)), shop, shop)))
        .hasMessageContaining("belongs to another key");
    String own = NodeRecord.id(key, shop.certificate());
    assertThatThrownBy(() -> read(forged(said(own, NodeRecord.node("n", others)), shop, shop)))
        .hasMessageContaining("not one of its id");
    assertThat(NodeRecord.id(newKey(), shop.certificate())).isNotEqualTo(own);
  }

  @Test
  void aCertificateIsOfTheAuthorityAndForTheHostAndNamesAService() throws Exception {
    TestCertificates stranger = new TestCertificates(folder, "stranger");
    NodeCredentials foreign =
        NodeCredentials.read(stranger.issue("foreign", List.of("shop"), HOST));
    assertThatThrownBy(() -> read(sign(HOST, 1, foreign).text()))
        .isInstanceOf(CertPathValidatorException.class);
    assertThatThrownBy(() -> read(sign("10.0.0.7", 1, shop).text()))
        .hasMessageContaining("10.0.0.7");
    TestCertificates house = new TestCertificates(folder, "house2");
    ClusterOptions.Tls old = house.issue("old", List.of(), HOST);
    assertThatThrownBy(() -> OwnNode.of(old, "old", HOST))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("names no service")
        .hasMessageContaining("old.pem")
        .hasMessageContaining("issue it again");
    NodeCredentials unnamed = NodeCredentials.read(old);
    assertThatThrownBy(() -> NodeRecord.read(sign(HOST, 1, unnamed).text(), unnamed.authorities()))
        .hasMessageContaining("names no service");
  }

  @Test
  void whatHasAnotherFormIsRefusedAtOnce() throws Exception {
    String good = sign(HOST, 1, shop).text();
    String[] parts = good.split("\\.");
    for (String text :
        List.of(
            "",
            "..",
            "a.b.c",
            good + ".x",
            "x".repeat(NodeRecord.MAX_TEXT) + good,
            parts[0] + "." + parts[1] + ".AAAA",
            parts[0] + ".AAAA." + parts[2],
            "bnVsbA." + parts[1] + "." + parts[2],
            "e30." + parts[1] + "." + parts[2])) {
      assertThatThrownBy(() -> read(text)).isInstanceOf(GeneralSecurityException.class);
    }
    assertThatThrownBy(() -> read(sign(HOST, 0, shop).text())).hasMessageContaining("no port");
  }

  @Test
  void anAddressIsOneNodesUnlessACertificatesNextProcessTakesItOver() throws Exception {
    TestCertificates house = new TestCertificates(folder, "town");
    ClusterOptions.Tls first = house.issue("first", List.of("shop"), HOST);
    ClusterOptions.Tls second = house.issue("second", List.of("bank"), HOST);
    OwnNode own = OwnNode.of(house.issue("own", List.of("home"), HOST), "own", HOST);
    own.listens(HOST, 9);
    KnownNodes nodes = new KnownNodes(own);
    NodeRecord before = OwnNode.of(first, "a", HOST).listens(HOST, 1);
    assertThat(nodes.admit(before.id(), before.text())).isNotNull();
    NodeRecord other = OwnNode.of(second, "b", HOST).listens(HOST, 1);
    assertThat(nodes.admit(other.id(), other.text())).isNull();
    NodeRecord here = OwnNode.of(second, "c", HOST).listens(HOST, 9);
    assertThat(nodes.admit(here.id(), here.text())).isNull();
    assertThat(nodes.refusals().count(Kind.ADDRESS)).isEqualTo(2);
    NodeRecord again = OwnNode.of(first, "a", HOST).listens(HOST, 1);
    assertThat(nodes.admit(again.id(), again.text())).isNotNull();
    nodes.leave(before.id());
    assertThat(nodes.admit(other.id(), other.text())).as("the next one is there").isNull();
    nodes.leave(again.id());
    assertThat(nodes.admit(other.id(), other.text())).isNotNull();
    assertThat(nodes.admit("0".repeat(32), again.text())).isNull();
    assertThat(nodes.refusals().count(Kind.RECORD)).isEqualTo(1);
  }

  @Test
  void keysOfTwoDirectionsAndOfTwoPairsDiffer() throws Exception {
    TestCertificates house = new TestCertificates(folder, "keys");
    ClusterOptions.Tls tls = house.issue("all", List.of("shop"), HOST);
    OwnNode one = OwnNode.of(tls, "one", HOST);
    OwnNode two = OwnNode.of(tls, "two", HOST);
    OwnNode three = OwnNode.of(tls, "three", HOST);
    NodeRecord ofOne = one.listens(HOST, 1);
    NodeRecord ofTwo = two.listens(HOST, 2);
    NodeRecord ofThree = three.listens(HOST, 3);
    assertThat(one.keyWith(ofTwo, true)).isEqualTo(two.keyWith(ofOne, false));
    assertThat(one.keyWith(ofTwo, false)).isEqualTo(two.keyWith(ofOne, true));
    assertThat(one.keyWith(ofTwo, true)).isNotEqualTo(one.keyWith(ofTwo, false));
    assertThat(one.keyWith(ofTwo, true)).isNotEqualTo(one.keyWith(ofThree, true));
    assertThat(Objects.requireNonNull(one.keyWith(ofTwo, true).getEncoded())).hasSize(32);
  }
}

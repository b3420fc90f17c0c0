package dev.weft.mesh.trust;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes whose records this one has verified. Nobody else's word says who a node is, where it
 * listens, or that a message is its. Thread-safe.
 */
public final class KnownNodes {
  /** Header with the sender's record. */
  public static final String RECORD = "rec";

  private static final int MAX_NODES = 512;

  private final OwnNode own;
  private final RefusedClaims refusals = new RefusedClaims();
  private final Map<String, KnownNode> all = new ConcurrentHashMap<>();

  /** Those that take part, by their address: each address is one node's. */
  private final Map<String, KnownNode> present = new ConcurrentHashMap<>();

  public KnownNodes(OwnNode own) {
    this.own = own;
  }

  public OwnNode own() {
    return own;
  }

  public RefusedClaims refusals() {
    return refusals;
  }

  /** The node of that id; null when its record is not known. */
  public @Nullable KnownNode find(String id) {
    return all.get(id);
  }

  /**
   * Takes a node in by its record, which is verified unless that was done before.
   *
   * @param id the node's id in the cluster
   * @return null when the record is not that node's, or its address is another's that takes part
   */
  public @Nullable KnownNode admit(String id, String text) {
    KnownNode known = all.get(id);
    return known == null ? learn(id, text) : present(known);
  }

  private @Nullable KnownNode learn(String id, String text) {
    KnownNode learned;
    try {
      NodeRecord record = NodeRecord.read(text, own.credentials().authorities());
      if (!record.id().equals(id)) {
        refusals.add(RefusedClaims.Kind.RECORD, id, "the record is that of " + record.id());
        return null;
      }
      learned = new KnownNode(record, own);
    } catch (GeneralSecurityException e) {
      refusals.add(RefusedClaims.Kind.RECORD, id, e.getMessage());
      return null;
    }
    if (all.size() >= MAX_NODES) {
      all.values().retainAll(Set.copyOf(present.values()));
      if (all.size() >= MAX_NODES) {
        refusals.add(RefusedClaims.Kind.RECORD, id, "there are too many nodes");
        return null;
      }
    }
    KnownNode first = all.putIfAbsent(id, learned);
    return present(first == null ? learned : first);
  }

  private @Nullable KnownNode present(KnownNode node) {
    String address = node.record().address();
    KnownNode there = present.get(address);
    if (there == node) {
      return node;
    }
    if (there == null) {
      there = present.putIfAbsent(address, node);
    } else if (there.record().isOfSameCertificate(node.record())
        && present.replace(address, there, node)) {
      there = null; // only one process can listen there: the one of before has ended
    }
    if (there != null || own.listensAt(address)) {
      refusals.add(RefusedClaims.Kind.ADDRESS, node.record().node(), address);
      present.remove(address, node);
      return null;
    }
    return node;
  }

  /** The node takes part no more, until it is heard again. */
  public void leave(String id) {
    KnownNode node = all.get(id);
    if (node != null) {
      present.remove(node.record().address(), node);
    }
  }

  /**
   * Whose a message is: the node that it names as its sender, when its tag says so too. Messages
   * are given one at a time.
   *
   * @return null when it is nobody's, and is to be ignored; that is counted
   */
  public @Nullable KnownNode sender(String id, MultiMap headers, Buffer body) {
    KnownNode known = all.get(id);
    if (known == null) {
      String text = headers.get(RECORD);
      if (text == null) {
        refusals.add(RefusedClaims.Kind.STRANGER, id, null);
        return null;
      }
      known = learn(id, text);
    }
    if (known == null) {
      return null;
    }
    RefusedClaims.Kind refusal = known.refusal(headers, body);
    if (refusal != null) {
      refusals.add(refusal, id, null);
      return null;
    }
    return present(known);
  }

  /**
   * Whether the certificate that a server shows is that of the node at the address. When it is that
   * of another node that names the address too, the address is that one's from now on.
   */
  boolean isOfNodeAt(String host, int port, X509Certificate certificate) {
    String address = NodeRecord.address(host, port);
    KnownNode node = present.get(address);
    if (node != null && node.record().isOf(certificate)) {
      return true;
    }
    for (KnownNode each : all.values()) {
      if (each.record().address().equals(address) && each.record().isOf(certificate)) {
        present.put(address, each);
        break;
      }
    }
    return false;
  }
}

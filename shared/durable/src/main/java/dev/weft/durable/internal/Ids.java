package dev.weft.durable.internal;

import dev.weft.contracts.objects.ObjectId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks ids: 16 bytes that are random or HMAC-SHA-256 of the name, and 16 bytes of
 * HMAC-SHA-256 over them, each under a key of the namespace. Thread-safe.
 */
public final class Ids {
  private static final int HALF = ObjectId.BYTES / 2;
  private static final int MAX_NAME = 1_024;
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte NAME = 1;
  private static final byte PROOF = 2;
  private static final byte TICKET = 3;

  private final byte[] secret;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, SecretKeySpec> keys = new ConcurrentHashMap<>();

  /**
   * @param secret what all nodes of a mesh share
   */
  public Ids(byte[] secret) {
    this.secret = secret.clone();
  }

  public ObjectId fromName(String namespace, String name) {
    ObjectNames.check("An object's name", name, MAX_NAME, ObjectErrors::badId);
    byte[] first = mac(key(namespace), NAME, name.getBytes(StandardCharsets.UTF_8));
    return new ObjectId(namespace, proven(namespace, Arrays.copyOf(first, HALF)), name);
  }

  public ObjectId unique(String namespace) {
    byte[] first = new byte[HALF];
    random.nextBytes(first);
    return new ObjectId(namespace, proven(namespace, first), null);
  }

  public ObjectId fromHex(String namespace, String hex) {
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw ObjectErrors.badId("An object id has 64 hexadecimal digits.");
    }
    if (bytes.length != ObjectId.BYTES) {
      throw ObjectErrors.badId("An object id has 64 hexadecimal digits, not " + hex.length() + ".");
    }
    return checked(new ObjectId(namespace, bytes, null));
  }

  /**
   * An id that another node sent: proven as one read from its digits, and its name, if it has one,
   * is the one it was made from.
   */
  public ObjectId received(String namespace, String hex, @Nullable String name) {
    ObjectId id = fromHex(namespace, hex);
    if (name == null) {
      return id;
    }
    ObjectId named = fromName(namespace, name);
    if (!named.equals(id)) {
      throw ObjectErrors.badId("The object id was not made from the name that came with it.");
    }
    return named;
  }

  /** The id itself, if it was made for its namespace. */
  public ObjectId checked(ObjectId id) {
    byte[] right = proven(id.namespace(), Arrays.copyOf(id.bytes(), HALF));
    if (!MessageDigest.isEqual(right, id.bytes())) {
      throw ObjectErrors.badId(
          "This object id is not one of the namespace " + id.namespace() + ".");
    }
    return id;
  }

  /** What proves to whoever knows the secret that a node may follow a topic of an object. */
  public String ticket(ObjectId id, String topic, String node) {
    byte[] names = (topic.length() + ":" + topic + node).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(id.bytes(), ObjectId.BYTES + names.length);
    System.arraycopy(names, 0, all, ObjectId.BYTES, names.length);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac(key(id.namespace()), TICKET, all));
  }

  /** Whether it is the {@link #ticket} for these. */
  public boolean isTicket(String ticket, ObjectId id, String topic, String node) {
    return MessageDigest.isEqual(
        ticket.getBytes(StandardCharsets.UTF_8),
        ticket(id, topic, node).getBytes(StandardCharsets.UTF_8));
  }

  private byte[] proven(String namespace, byte[] first) {
    byte[] whole = Arrays.copyOf(first, ObjectId.BYTES);
    System.arraycopy(mac(key(namespace), PROOF, first), 0, whole, HALF, HALF);
    return whole;
  }

  private SecretKeySpec key(String namespace) {
    return keys.computeIfAbsent(
        namespace,
        name ->
            new SecretKeySpec(
                mac(
                    new SecretKeySpec(secret, ALGORITHM),
                    (byte) 0,
                    name.getBytes(StandardCharsets.UTF_8)),
                ALGORITHM));
  }

  private static byte[] mac(SecretKeySpec key, byte purpose, byte[] data) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(purpose);
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }
}

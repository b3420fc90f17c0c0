package dev.weft.auth.tokens;

import dev.weft.auth.keys.Base62;
import dev.weft.auth.store.SigningKeyStore;
import dev.weft.auth.store.SigningKeyStore.StoredSigningKey;
import dev.weft.auth.store.Sql;
import dev.weft.contracts.auth.JwkSet;
import dev.weft.node.ExitCode;
import dev.weft.node.MasterKey;
import dev.weft.node.StartFailure;
import dev.weft.node.identity.Ed25519;
import dev.weft.node.identity.InvalidTokenException;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Ed25519 keys that sign identities and access tokens, shared by all auth nodes through the
 * database. A new one is published {@link #LEAD} before it signs, so that everybody knows it by
 * then; an old one stays published for {@link #OVERLAP} after its successor took over, twice the
 * longest life of what it signed. Straight code for virtual threads; reads are thread-safe and
 * never block.
 */
public final class SigningKeys {

  /** How often {@link #refresh} must be called. */
  public static final Duration REFRESH = Duration.ofMinutes(1);

  static final Duration LEAD = Duration.ofMinutes(10);
  static final Duration OVERLAP = AccessTokenJwt.LONGEST_LIFE.multipliedBy(2);

  private static final String PURPOSE = "auth.signing-keys";
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

  /**
   * A key in force.
   *
   * @param id key id
   * @param publicKey verifies
   * @param privateKey signs
   * @param signsFrom when it begins to be used
   */
  public record SigningKey(
      String id, PublicKey publicKey, PrivateKey privateKey, Instant signsFrom) {
    @Override
    public String toString() {
      return "SigningKey[" + id + "]";
    }
  }

  private final Vertx vertx;
  private final Pool pool;
  private final MasterKey masterKey;
  private final Duration life;
  private final InstantSource time;
  private final SigningKeyStore store = new SigningKeyStore();

  private volatile List<SigningKey> keys = List.of();
  private volatile @Nullable SignatureCheck check;

  /**
   * @param life how long a key signs before the next one takes over
   */
  public SigningKeys(
      Vertx vertx, Pool pool, MasterKey masterKey, Duration life, InstantSource time) {
    this.vertx = vertx;
    this.pool = pool;
    this.masterKey = masterKey;
    this.life = life;
    this.time = time;
  }

  /**
   * Reads the keys, makes the first or next one when it is time, and forgets those that are over.
   *
   * @throws StartFailure when the keys were sealed under another master key
   */
  public void refresh() {
    List<StoredSigningKey> stored = store.list(pool);
    if (isDue(stored, time.instant()) || !over(stored, time.instant()).isEmpty()) {
      stored = Sql.alone(pool, PURPOSE, this::rotate);
    }
    keys = stored.stream().map(this::open).toList();
    check = new SignatureCheck(vertx, published());
  }

  private List<StoredSigningKey> rotate(SqlConnection connection) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MILLIS);
    List<StoredSigningKey> stored = store.list(connection);
    if (isDue(stored, now)) {
      StoredSigningKey next = create(stored.isEmpty() ? now : now.plus(LEAD));
      store.add(connection, next);
      log.atInfo().addKeyValue("key", next.id()).log("made a signing key");
    }
    for (StoredSigningKey old : over(stored, now)) {
      store.delete(connection, old.id());
      log.atInfo().addKeyValue("key", old.id()).log("forgot a signing key whose time is over");
    }
    return store.list(connection);
  }

  /** Whether it is time for a key, or the next one. */
  private boolean isDue(List<StoredSigningKey> newestFirst, Instant now) {
    return newestFirst.isEmpty()
        || !newestFirst.getFirst().signsFrom().plus(life).minus(LEAD).isAfter(now);
  }

  /** Keys whose successor has been signing for longer than anything they signed can live. */
  private static List<StoredSigningKey> over(List<StoredSigningKey> newestFirst, Instant now) {
    for (int i = 0; i < newestFirst.size(); i++) {
      if (!newestFirst.get(i).signsFrom().plus(OVERLAP).isAfter(now)) {
        return newestFirst.subList(i + 1, newestFirst.size());
      }
    }
    return List.of();
  }

  private StoredSigningKey create(Instant signsFrom) {
    KeyPair pair = Ed25519.generate();
    String id = Base62.random(16);
    byte[] sealed = masterKey.seal(PURPOSE, id, pair.getPrivate().getEncoded());
    return new StoredSigningKey(id, Ed25519.raw(pair.getPublic()), sealed, signsFrom);
  }

  private SigningKey open(StoredSigningKey stored) {
    try {
      return new SigningKey(
          stored.id(),
          Ed25519.publicKey(stored.publicKey()),
          Ed25519.privateKey(masterKey.open(PURPOSE, stored.id(), stored.sealedPrivate())),
          stored.signsFrom());
    } catch (GeneralSecurityException e) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "The master key is not the one this database was set up with: the signing key "
              + stored.id()
              + " cannot be opened. Set WEFT_MASTER_KEY (in the dev profile: the master key file"
              + " in the data directory) to the one used before. If it is lost, empty the tables"
              + " signing_key and api_key of the schema auth; all API keys then have to be made"
              + " anew.",
          e);
    }
  }

  /** The key that signs now: the newest whose time has come. */
  public SigningKey current() {
    Instant now = time.instant();
    List<SigningKey> known = keys;
    return known.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .findFirst()
        .orElseGet(known::getLast); // the very first key, made by a node whose clock is ahead
  }

  /**
   * Reads an access token signed with one of the keys in force.
   *
   * @throws InvalidTokenException when it is not genuine or not in force
   */
  public AccessTokenJwt accessToken(String token, Instant now) throws InvalidTokenException {
    SignatureCheck known = check;
    if (known == null) {
      throw new InvalidTokenException("no keys are known yet");
    }
    return AccessTokenJwt.read(token, known, now);
  }

  /** The public keys, the newest first. */
  public JwkSet published() {
    return new JwkSet(keys.stream().map(key -> Ed25519.jwk(key.id(), key.publicKey())).toList());
  }
}

package dev.weft.auth.keys;

import dev.weft.auth.store.KeyStore;
import dev.weft.auth.store.Sql;
import dev.weft.auth.store.StoredKey;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftException;
import dev.weft.postgres.SecretFile;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ready-made key of the dev profile: in the file {@code dev.key} of the data directory,
 * readable by its owner alone, with all scopes in the tenant {@code default}, valid across
 * restarts. File and database are brought in line at each start.
 */
public final class DevKey {
  public static final String TENANT = "default";
  public static final String SUBJECT = "dev";

  private static final String FILE = "dev.key";
  private static final String NAME = "Ready-made key of the dev profile";

  /** Counted from the last start: a key whose file got lost dies by itself. */
  private static final Duration LIFE = Duration.ofDays(365);

  private static final Logger log = LoggerFactory.getLogger(DevKey.class);

  private final Path dataDirectory;
  private final Pool pool;
  private final KeyStore store;
  private final KeyDigest digest;
  private final InstantSource time;

  public DevKey(
      Path dataDirectory, Pool pool, KeyStore store, KeyDigest digest, InstantSource time) {
    this.dataDirectory = dataDirectory;
    this.pool = pool;
    this.store = store;
    this.digest = digest;
    this.time = time;
  }

  /** The key in the data directory's file, if there is one that is whole. A secret. */
  public static Optional<String> read(Path dataDirectory) {
    return Optional.ofNullable(readFile(dataDirectory.resolve(FILE))).map(ApiKey::text);
  }

  /**
   * Makes sure that the file holds a key and the database knows it. Processes that share a database
   * do this one after the other, so those that share a data directory agree on one key.
   *
   * @return the key's public id
   */
  public String ensure() {
    return Sql.alone(pool, "auth.dev-key", this::ensure);
  }

  private String ensure(SqlConnection connection) {
    Path file = dataDirectory.resolve(FILE);
    Instant now = time.instant().truncatedTo(ChronoUnit.MILLIS);
    ApiKey key = readFile(file);
    if (key != null) {
      StoredKey known = store.find(connection, key.id());
      if (known != null && known.revokedAt() != null) {
        log.atInfo().addKeyValue("key", key.id()).log("the dev key was revoked; making another");
        key = null;
      }
    }
    if (key == null) {
      key = ApiKey.generate(ApiKey.Type.DEV);
      writeFile(file, key);
    }
    store.put(
        connection,
        new StoredKey(
            key.id(),
            key.type().word(),
            TENANT,
            SUBJECT,
            null,
            NAME,
            digest.of(key),
            key.hint(),
            Set.copyOf(Scopes.ALL),
            now,
            now.plus(LIFE),
            null,
            null));
    return key.id();
  }

  private static @Nullable ApiKey readFile(Path file) {
    try {
      ApiKey key = ApiKey.parse(Files.readString(file).strip());
      return key.type() == ApiKey.Type.DEV ? key : null;
    } catch (NoSuchFileException | WeftException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the dev key in " + file, e);
    }
  }

  private static void writeFile(Path file, ApiKey key) {
    try {
      SecretFile.write(file, key.text() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the dev key to " + file, e);
    }
  }
}

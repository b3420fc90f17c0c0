package dev.weft.durable.internal.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.contracts.WeftError;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a request with an id was answered, as it is stored.
 *
 * @param asked hash of what was asked: a request of the same id that asks something else is another
 * @param value what the method returned; null, as JSON's null is read, when that was nothing
 * @param failure what it ended with instead
 */
public record KeptReply(String asked, @Nullable Fragment value, @Nullable WeftError failure) {
  private static final int HASH_BYTES = 16;

  // The order of a map's entries may differ from one process to the next.
  private static final ObjectWriter ORDERED =
      Json.mapper().writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** The hash of a request's method and arguments. */
  public static String hash(ObjectRequest request) {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
    sha.update(request.method().getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
    sha.update(ordered(request.args().json()));
    return HexFormat.of().formatHex(Arrays.copyOf(sha.digest(), HASH_BYTES));
  }

  private static byte[] ordered(byte[] args) {
    try {
      return ORDERED.writeValueAsBytes(Json.decode(args, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What was read as JSON can be written", e);
    }
  }
}

package dev.weft.node.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The claims of a token, read without guessing: no duplicate names, no converted types. */
public final class TokenClaims {

  /** How far clocks of two nodes may be apart. */
  public static final Duration SKEW = Duration.ofSeconds(5);

  /** Issuer of everything Weft signs. */
  public static final String ISSUER = "weft";

  private static final long LAST_SECOND = 253_402_300_799L;

  private final ObjectNode json;

  private TokenClaims(ObjectNode json) {
    this.json = json;
  }

  /** Reads a JSON object. */
  public static TokenClaims parse(byte[] bytes) throws InvalidTokenException {
    try {
      if (Json.strictTree(bytes) instanceof ObjectNode object) {
        return new TokenClaims(object);
      }
    } catch (IOException e) {
      // Refused below; the parser's message would quote the token.
    }
    throw new InvalidTokenException("a part is not one JSON object");
  }

  static byte[] write(Map<String, ?> object) {
    return Json.encodeBytes(object);
  }

  JsonNode json() {
    return json;
  }

  /** Whether there is a claim of the name. */
  public boolean has(String name) {
    return json.has(name);
  }

  /** A string claim that must be there. */
  public String text(String name) throws InvalidTokenException {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw new InvalidTokenException("the claim " + name + " is missing or no string");
    }
    return value.textValue();
  }

  /** A claim that must be a list of strings. */
  public List<String> texts(String name) throws InvalidTokenException {
    JsonNode value = json.path(name);
    List<String> texts = new ArrayList<>(value.size());
    for (JsonNode item : value) {
      if (item.isTextual()) {
        texts.add(item.textValue());
      }
    }
    if (!value.isArray() || texts.size() != value.size()) {
      throw new InvalidTokenException("the claim " + name + " is missing or no list of strings");
    }
    return texts;
  }

  /** A time claim (whole seconds since the epoch) that must be there. */
  public Instant time(String name) throws InvalidTokenException {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new InvalidTokenException("the claim " + name + " is missing or no whole number");
    }
    long seconds = value.longValue();
    if (seconds < 0 || seconds > LAST_SECOND) {
      throw new InvalidTokenException("the claim " + name + " is no sensible time");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** Requires a string claim to have exactly this value. */
  public void require(String name, String value) throws InvalidTokenException {
    if (!text(name).equals(value)) {
      throw new InvalidTokenException("the claim " + name + " is not " + value);
    }
  }

  /**
   * Requires {@code iat} and {@code exp} to be in force now, give or take {@link #SKEW}, and the
   * life between them to be no longer than allowed.
   */
  public void requireInForce(Instant now, Duration longestLife) throws InvalidTokenException {
    Instant issued = time("iat");
    Instant expires = time("exp");
    if (issued.isAfter(now.plus(SKEW))) {
      throw new InvalidTokenException("issued in the future");
    }
    if (!expires.isAfter(issued) || Duration.between(issued, expires).compareTo(longestLife) > 0) {
      throw new InvalidTokenException("its life is longer than " + longestLife + ", or none");
    }
    if (!expires.plus(SKEW).isAfter(now)) {
      throw new InvalidTokenException("expired");
    }
  }
}

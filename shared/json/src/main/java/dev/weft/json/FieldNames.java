package dev.weft.json;

import java.util.HashSet;
import java.util.Set;

/**
 * The names of one object as they are read: refuses one that is there twice (one reader would take
 * the first, the next one the last) and more than {@link JsonLimits#MAX_FIELDS}. Names that were
 * made to share a hash cost little more than others: the set keeps strings of one hash in order.
 * For one thread.
 */
public final class FieldNames {
  private final Set<String> names = new HashSet<>();

  /** Takes the next name. */
  public void add(String name) throws MalformedJson {
    if (!names.add(name)) {
      String shown = JsonFaults.shortened(name);
      throw new MalformedJson("'" + shown + "' is given more than once.", shown);
    }
    if (names.size() > JsonLimits.MAX_FIELDS) {
      throw new MalformedJson("An object has more than " + JsonLimits.MAX_FIELDS + " fields.");
    }
  }
}

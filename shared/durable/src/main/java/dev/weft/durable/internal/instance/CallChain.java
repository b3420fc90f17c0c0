package dev.weft.durable.internal.instance;

import dev.weft.contracts.objects.ObjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects that wait for a call, as {@code namespace:id}: one that it came from is not called.
 */
public final class CallChain {
  /** Whether the object is one of them. */
  public static boolean holds(List<String> chain, ObjectId id) {
    return !chain.isEmpty() && chain.contains(nameOf(id));
  }

  /** The chain with one more. */
  public static List<String> with(List<String> chain, ObjectId id) {
    if (chain.isEmpty()) {
      return List.of(nameOf(id));
    }
    List<String> longer = new ArrayList<>(chain);
    longer.add(nameOf(id));
    return longer;
  }

  private static String nameOf(ObjectId id) {
    return id.namespace() + ":" + id.hex();
  }

  private CallChain() {}
}

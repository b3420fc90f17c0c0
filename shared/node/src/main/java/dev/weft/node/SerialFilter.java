package dev.weft.node;

import dev.weft.mesh.hazelcast.LockedDown;
import java.io.ObjectInputFilter;

/**
 * What a process of Weft reads by Java's serialisation: what Hazelcast's members tell of failures.
 */
public final class SerialFilter {

  /**
   * Puts the filter in force for the whole process, unless {@code -Djdk.serialFilter} has set one.
   * For main programs; others decide for themselves.
   */
  public static synchronized void install() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(
          ObjectInputFilter.Config.createFilter(LockedDown.processFilter()));
    }
  }

  private SerialFilter() {}
}

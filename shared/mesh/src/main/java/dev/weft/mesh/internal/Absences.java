package dev.weft.mesh.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Since when services that were there once are gone. Thread-safe. */
final class Absences {
  private static final Instant PRESENT = Instant.MAX;
  private final InstantSource time;
  private final Map<String, Instant> known = new ConcurrentHashMap<>();

  Absences(InstantSource time) {
    this.time = time;
  }

  /** Notes which services are there now. */
  void update(Set<String> present) {
    Instant now = time.instant();
    known.replaceAll(
        (service, since) ->
            present.contains(service) ? PRESENT : since.equals(PRESENT) ? now : since);
    present.forEach(service -> known.putIfAbsent(service, PRESENT));
  }

  /** When the service was last there; null when it is there or never was. */
  @Nullable Instant since(String service) {
    Instant since = known.get(service);
    return PRESENT.equals(since) ? null : since;
  }
}

package dev.weft.mcp.session;

import dev.weft.contracts.Identity;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions of this node, in memory. A session ends when its client says so, when it was not
 * used for a while, or when its tenant has too many and it is the one unused for longest: whatever
 * clients do, the memory is bounded. A client whose session is gone gets 404 and initializes anew.
 *
 * <p>Thread-safe; nothing here waits.
 */
public final class Sessions {
  private static final int ID_BYTES = 24;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, LinkedHashMap<String, Entry>> byTenant = new HashMap<>();
  private final Duration idle;
  private final int perTenant;
  private final InstantSource clock;

  private record Entry(Session session, Instant lastUsed) {}

  /**
   * @param idle how long a session lives without use
   * @param perTenant most sessions of a tenant
   */
  public Sessions(Duration idle, int perTenant, InstantSource clock) {
    this.idle = idle;
    this.perTenant = perTenant;
    this.clock = clock;
  }

  /** Begins a session of the caller. */
  public synchronized Session begin(Identity caller, String revision) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Session session = new Session(id, caller.tenant(), caller.subject(), revision);
    LinkedHashMap<String, Entry> sessions =
        byTenant.computeIfAbsent(caller.tenant(), tenant -> new LinkedHashMap<>());
    while (sessions.size() >= perTenant) {
      sessions.pollFirstEntry();
    }
    sessions.put(id, new Entry(session, clock.instant()));
    return session;
  }

  /**
   * The caller's session of the id, now used; empty when there is none, or it is another
   * principal's.
   */
  public synchronized Optional<Session> use(Identity caller, String id) {
    LinkedHashMap<String, Entry> sessions = byTenant.get(caller.tenant());
    if (sessions == null) {
      return Optional.empty();
    }
    Entry entry = sessions.get(id);
    if (entry == null || !entry.session().subject().equals(caller.subject())) {
      return Optional.empty();
    }
    if (isIdle(entry)) {
      end(entry.session());
      return Optional.empty();
    }
    sessions.putLast(id, new Entry(entry.session(), clock.instant()));
    return Optional.of(entry.session());
  }

  /** Ends a session. */
  public synchronized void end(Session session) {
    LinkedHashMap<String, Entry> sessions = byTenant.get(session.tenant());
    if (sessions != null && sessions.remove(session.id()) != null && sessions.isEmpty()) {
      byTenant.remove(session.tenant());
    }
  }

  /** Ends the sessions nobody used for too long; to be called now and then. */
  public synchronized void endIdle() {
    for (Iterator<LinkedHashMap<String, Entry>> all = byTenant.values().iterator();
        all.hasNext(); ) {
      LinkedHashMap<String, Entry> sessions = all.next();
      while (!sessions.isEmpty() && isIdle(sessions.firstEntry().getValue())) {
        sessions.pollFirstEntry();
      }
      if (sessions.isEmpty()) {
        all.remove();
      }
    }
  }

  /** Number of sessions. */
  public synchronized int size() {
    return byTenant.values().stream().mapToInt(Map::size).sum();
  }

  private boolean isIdle(Entry entry) {
    return !clock.instant().isBefore(entry.lastUsed().plus(idle));
  }
}

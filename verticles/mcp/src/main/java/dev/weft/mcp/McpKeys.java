package dev.weft.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.node.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/** Settings of the mcp service. */
public final class McpKeys {

  public static final ConfigKey<Duration> SESSION_IDLE =
      ConfigKey.of(
              "mcp.sessionIdle",
              new TypeReference<Duration>() {},
              Duration.ofHours(1),
              "A session that nobody used for so long is ended.")
          .checked(idle -> idle.compareTo(Duration.ofSeconds(1)) < 0 ? "must be 1s or more" : null);

  public static final ConfigKey<Integer> SESSIONS_PER_TENANT =
      ConfigKey.of(
              "mcp.sessionsPerTenant",
              new TypeReference<Integer>() {},
              1_000,
              "Sessions a tenant can have; one more ends the one unused for longest.")
          .checked(count -> count < 1 || count > 100_000 ? "must be between 1 and 100000" : null);

  static final List<ConfigKey<?>> ALL = List.of(SESSION_IDLE, SESSIONS_PER_TENANT);

  private McpKeys() {}
}

package dev.weft.auth;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.node.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/** Settings of the auth service. */
public final class AuthKeys {

  public static final ConfigKey<Duration> SIGNING_KEY_LIFE =
      ConfigKey.of(
              "auth.signingKeyLife",
              new TypeReference<Duration>() {},
              Duration.ofDays(30),
              "How long a key signs identities and access tokens before the next one takes over.")
          .checked(
              life ->
                  life.compareTo(Duration.ofHours(1)) < 0
                          || life.compareTo(Duration.ofDays(365)) > 0
                      ? "must be between 1h and 365d"
                      : null);

  static final List<ConfigKey<?>> ALL = List.of(SIGNING_KEY_LIFE);

  private AuthKeys() {}
}

package dev.weft.chat.provider;

import dev.weft.chat.ChatKeys;
import dev.weft.chat.ProviderSettings;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider may take.
 *
 * @param connect to connect
 * @param headers from the sent request to the head of a streamed answer
 * @param firstToken from the head to the first event
 * @param idle between two reads of an answer
 * @param total for the whole answer; the only limit, beside connect, of one that is not streamed,
 *     since its head comes when it is complete
 */
public record Timeouts(
    Duration connect, Duration headers, Duration firstToken, Duration idle, Duration total) {

  static Timeouts of(Config config, ProviderSettings.@Nullable Timeouts own) {
    return new Timeouts(
        choose(own == null ? null : own.connect(), config, ChatKeys.CONNECT_TIMEOUT),
        choose(own == null ? null : own.headers(), config, ChatKeys.HEADERS_TIMEOUT),
        choose(own == null ? null : own.firstToken(), config, ChatKeys.FIRST_TOKEN_TIMEOUT),
        choose(own == null ? null : own.idle(), config, ChatKeys.IDLE_TIMEOUT),
        choose(own == null ? null : own.total(), config, ChatKeys.TOTAL_TIMEOUT));
  }

  private static Duration choose(
      @Nullable Duration own, Config config, ConfigKey<Duration> general) {
    return own == null ? config.get(general) : own;
  }
}

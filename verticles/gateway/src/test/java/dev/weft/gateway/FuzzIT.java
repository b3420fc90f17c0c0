package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weft.gateway.support.Fuzz;
import dev.weft.gateway.support.Gateway;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FuzzIT {
  private static final int REQUESTS = 3_000;

  /** Many, since what is cut short waits until its time is over. */
  private static final int CLIENTS = 60;

  private static final long SEED = 1;
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void threeThousandOddRequestsGetAnHonestAnswerEach() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(lines);
    try (Gateway gateway =
        Gateway.start(
            settings ->
                settings
                    .set(GatewayKeys.HEADER_TIMEOUT, SHORT)
                    .set(GatewayKeys.BODY_TIMEOUT, SHORT)
                    .set(GatewayKeys.KEEP_ALIVE_TIMEOUT, SHORT),
            true)) {
      assertThat(Fuzz.run(gateway.port(), Gateway.KEY, REQUESTS, CLIENTS, SEED))
          .containsKeys("200", "400", "401", "404", "405");
    } finally {
      root.detachAppender(lines);
    }
    assertThat(lines.list)
        .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.ERROR))
        .isEmpty();
  }
}

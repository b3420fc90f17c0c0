package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StorageTroubleTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(StorageTrouble.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong now = new AtomicLong(-1);
  private final StorageTrouble trouble = new StorageTrouble("chat", now::get);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  @Test
  void anHourOfTroubleIsAFewLinesWithoutStackTracesAndItsEndIsOne() {
    for (int second = 0; second < 3_600; second++) {
      trouble.failed(new IOException("gone"));
      now.addAndGet(Duration.ofSeconds(1).toNanos());
    }
    assertThat(lines.list).hasSizeBetween(10, 20);
    assertThat(lines.list).allMatch(line -> line.getThrowableProxy() == null);

    trouble.succeeded();
    trouble.succeeded();
    assertThat(lines.list.getLast().getFormattedMessage()).contains("works again");
    assertThat(lines.list).hasSizeLessThan(22);
  }

  @Test
  void theNextTroubleIsToldAtOnce() {
    trouble.failed(new IOException("gone"));
    trouble.succeeded();
    trouble.failed(new IOException("gone"));

    assertThat(lines.list).hasSize(3);
  }
}

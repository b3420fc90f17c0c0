package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerIT {

  private static final Duration OFTEN = Duration.ofMillis(500);

  private final Vertx vertx;
  private final EmbeddedPostgres server;
  private final Database database;

  ListenerIT(Vertx vertx, @TempDir Path data) {
    this.vertx = vertx;
    server = EmbeddedPostgres.start(data, "");
    database =
        Database.open(
            vertx, server.url(), 2, Map.of("bare", ListenerIT.class), Duration.ofSeconds(20));
  }

  @AfterAll
  void stop() {
    database.close().await();
    server.close();
  }

  @Test
  void itHearsAnnouncementsAlsoAfterItsSessionWasEnded() throws InterruptedException {
    Heard heard = new Heard();
    Listener listener = listener(server.url(), heard, "one");
    listener.start().await();
    assertThat(listener.listening()).isTrue();
    assertThat(heard.next()).isEqualTo("connected");
    announce("one", "first");
    assertThat(heard.next()).isEqualTo("first");
    pool()
        .query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = 'weft one'")
        .execute()
        .await();
    assertThat(heard.next()).isEqualTo("lost");
    assertThat(heard.next()).isEqualTo("connected");
    announce("one", "second");
    assertThat(heard.next()).isEqualTo("second");
    listener.close().await();
    assertThat(listener.listening()).isFalse();
  }

  @Test
  void aConnectionThatFellSilentIsFoundOut() throws InterruptedException {
    try (SilentProxy proxy = new SilentProxy(vertx, server.url())) {
      Heard heard = new Heard();
      Listener listener = listener(proxy.url(server.url()), heard, "two");
      listener.start().await();
      assertThat(heard.next()).isEqualTo("connected");
      proxy.fallSilent();
      assertThat(heard.next()).isEqualTo("lost");
      assertThat(listener.listening()).isFalse();
      listener.close().await();
    }
  }

  @Test
  void aServerThatIsNotThereKeepsNobodyWaiting() {
    DatabaseUrl url = server.url();
    DatabaseUrl nobody = DatabaseUrl.of("127.0.0.1", 1, "d", url.user(), url.password());
    Listener listener = listener(nobody, new Heard(), "three");
    listener.start().await();
    assertThat(listener.listening()).isFalse();
    listener.close().await();
  }

  private Listener listener(DatabaseUrl url, Heard heard, String channel) {
    return new Listener(vertx, url.connectOptions(channel), channel, OFTEN, heard);
  }

  private void announce(String channel, String payload) {
    pool().query("SELECT pg_notify('" + channel + "', '" + payload + "')").execute().await();
  }

  private Pool pool() {
    return database.poolOf("bare");
  }

  private static final class Heard implements Listener.Subscriber {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void connected() {
      heard.add("connected");
    }

    @Override
    public void notified(String payload) {
      heard.add(payload);
    }

    @Override
    public void lost() {
      heard.add("lost");
    }

    String next() throws InterruptedException {
      return String.valueOf(heard.poll(60, TimeUnit.SECONDS));
    }
  }
}

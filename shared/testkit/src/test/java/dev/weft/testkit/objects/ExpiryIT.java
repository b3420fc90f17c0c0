package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.ListOptions;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys and objects that expire, in PostgreSQL. */
class ExpiryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);

  interface Session {
    void keep(String key, String value);

    void keepAnHour(String key, String value);

    void expireAfterMinutes(long minutes);

    @Idempotent
    List<String> keys();

    @Idempotent
    String value(String key);
  }

  static final Namespace<Session> SESSIONS = Namespace.of("session", Session.class).asOpen();

  record SessionObject(ObjectContext context) implements Session, AlarmHandler {
    @Override
    public void keep(String key, String value) {
      context.storage().put(key, value);
    }

    @Override
    public void keepAnHour(String key, String value) {
      context.storage().put(key, value, HOUR);
    }

    @Override
    public void expireAfterMinutes(long minutes) {
      context.expireAfter(Duration.ofMinutes(minutes));
      context.storage().alarms().set("later", Duration.ofDays(1_000));
    }

    @Override
    public List<String> keys() {
      return context.storage().keys(ListOptions.all());
    }

    @Override
    public String value(String key) {
      return context.storage().get(key, String.class, "none");
    }

    @Override
    public void alarm(Alarm alarm) {}
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(SESSIONS, SessionObject::new));

  private static long rows(String table, ObjectId id) {
    String column = table.equals("do_object") ? "version >= 0 AND id" : "object_id";
    return TestDatabases.count(
        objects.database(),
        "SELECT count(*) FROM objects."
            + table
            + " WHERE "
            + column
            + " = decode('"
            + id.hex()
            + "', 'hex')");
  }

  @Test
  void anExpiredKeyIsReadNowhereAndGoesFromTheDatabase() {
    Session session = objects.get(SESSIONS, "keys");
    ObjectId id = objects.id(SESSIONS, "keys");
    session.keep("a", "stays");
    session.keepAnHour("b", "goes");
    session.keepAnHour("c", "is kept after all");
    session.keep("c", "is kept after all");
    session.keep("d", "goes after all");
    session.keepAnHour("d", "goes after all");
    objects.evict(id);
    // From the claim, and from a range.
    assertThat(session.keys()).containsExactly("a", "b", "c", "d");
    assertThat(session.value("b")).isEqualTo("goes");
    objects.advance(HOUR.plusSeconds(1));
    assertThat(session.keys()).containsExactly("a", "c");
    assertThat(session.value("b")).isEqualTo("none");
    objects.evict(id);
    assertThat(session.keys()).containsExactly("a", "c");
    assertThat(session.value("d")).isEqualTo("none");
    Eventually.holds(PATIENCE, () -> rows("do_kv", id) == 2);
    session.keepAnHour("b", "is back");
    assertThat(session.value("b")).isEqualTo("is back");
  }

  @Test
  void anExpiredKeyOfALargeObjectIsReadNowhere() {
    Session session = objects.get(SESSIONS, "large");
    ObjectId id = objects.id(SESSIONS, "large");
    for (int i = 0; i < 300; i++) {
      session.keep("key %03d".formatted(i), "stays");
    }
    session.keepAnHour("key 299", "goes");
    session.keepAnHour("key 300", "goes");
    objects.evict(id);
    assertThat(session.value("key 300")).isEqualTo("goes");
    assertThat(session.keys()).hasSize(301);
    objects.advance(HOUR.plusSeconds(1));
    assertThat(session.value("key 300")).isEqualTo("none");
    assertThat(session.value("key 299")).isEqualTo("none");
    assertThat(session.keys()).hasSize(299);
    objects.evict(id);
    assertThat(session.keys()).hasSize(299);
    assertThat(session.value("key 300")).isEqualTo("none");
  }

  @Test
  void anExpiredObjectIsDeletedWithAllItHasAlsoAfterACrash() {
    Session session = objects.get(SESSIONS, "crashed");
    ObjectId id = objects.id(SESSIONS, "crashed");
    session.keep("a", "goes");
    session.expireAfterMinutes(30);
    objects.crash(0);
    assertThat(objects.get(SESSIONS, "crashed").value("a")).isEqualTo("goes");
    assertThat(rows("do_alarm", id)).isEqualTo(1);
    objects.advance(Duration.ofMinutes(31));
    Eventually.holds(PATIENCE, () -> rows("do_object", id) == 0);
    for (String table : List.of("do_kv", "do_alarm", "do_expiry")) {
      assertThat(rows(table, id)).isZero();
    }
    // Whoever calls it next finds another.
    assertThat(objects.get(SESSIONS, "crashed").value("a")).isEqualTo("none");
  }

  @Test
  void anObjectWhoseLifeWasProlongedStays() {
    Session session = objects.get(SESSIONS, "prolonged");
    ObjectId other = objects.id(SESSIONS, "witness");
    session.keep("a", "stays");
    session.expireAfterMinutes(30);
    session.expireAfterMinutes(120);
    objects.get(SESSIONS, "witness").expireAfterMinutes(30);
    objects.advance(Duration.ofMinutes(60));
    Eventually.holds(PATIENCE, () -> rows("do_object", other) == 0);
    assertThat(session.value("a")).isEqualTo("stays");
  }
}

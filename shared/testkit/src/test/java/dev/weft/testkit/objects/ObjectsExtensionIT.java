package dev.weft.testkit.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.AlarmHandler;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectInspector;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How objects are tested: each thing the extension can do, once. */
class ObjectsExtensionIT {

  interface Reminder {
    void remind(String text, int hours);

    @Idempotent
    String last();
  }

  static final Namespace<Reminder> REMINDERS = Namespace.of("reminder", Reminder.class).asOpen();
  static final Namespace<Reminder> PRIVATE =
      Namespace.of("privateReminder", Reminder.class).withScope("remind");

  static final class ReminderObject implements Reminder, AlarmHandler {
    private final ObjectContext context;

    /** Not stored: lost with the instance. */
    int calls;

    ReminderObject(ObjectContext context) {
      this.context = context;
    }

    @Override
    public void remind(String text, int hours) {
      calls++;
      context.storage().put("text", text);
      context.storage().alarms().set(Duration.ofHours(hours));
    }

    @Override
    public String last() {
      calls++;
      return context.storage().get("last", String.class, "nothing");
    }

    @Override
    public void alarm(Alarm alarm) {
      context.storage().put("last", context.storage().get("text", String.class, ""));
    }
  }

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(
          ObjectClass.of(REMINDERS, ReminderObject::new),
          ObjectClass.of(PRIVATE, ReminderObject::new));

  @Test
  void timePassesWhenTheTestSaysSo() {
    Reminder reminder = objects.get(REMINDERS, "time");
    reminder.remind("tea", 3);
    objects.advance(Duration.ofHours(2));
    assertThat(reminder.last()).isEqualTo("nothing");
    objects.advance(Duration.ofHours(1));
    Eventually.holds(() -> reminder.last().equals("tea"));
  }

  @Test
  void anAlarmCanBeFiredAtOnce() {
    Reminder reminder = objects.get(REMINDERS, "alarm");
    reminder.remind("tea", 1_000_000);
    ObjectId id = objects.id(REMINDERS, "alarm");
    assertThat(objects.runAlarm(id, "alarm")).isTrue();
    assertThat(reminder.last()).isEqualTo("tea");
    assertThat(objects.runAlarm(id, "alarm")).isFalse();
  }

  @Test
  void codeCanRunInAnObject() throws Exception {
    objects.get(REMINDERS, "code").last();
    int calls =
        objects.runInObject(
            REMINDERS,
            "code",
            (context, instance) -> {
              context.storage().put("last", "from the test");
              return ((ReminderObject) instance).calls;
            });
    assertThat(calls).isEqualTo(1);
    assertThat(objects.get(REMINDERS, "code").last()).isEqualTo("from the test");
    assertThatThrownBy(
            () ->
                objects.runInObject(
                    REMINDERS,
                    "code",
                    (_, _) -> {
                      throw new IOException("as it is");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("as it is");
  }

  private int calls(String name) throws Exception {
    return objects.runInObject(REMINDERS, name, (_, instance) -> ((ReminderObject) instance).calls);
  }

  @Test
  void instancesCanBeDroppedAndReset() throws Exception {
    ObjectId id = objects.id(REMINDERS, "instances");
    objects.get(REMINDERS, "instances").remind("tea", 1);
    objects.evict(id);
    assertThat(objects.isActive(id)).isFalse();
    assertThat(calls("instances")).isZero();
    objects.get(REMINDERS, "instances").last();
    assertThat(objects.reset(id)).isTrue();
    assertThat(calls("instances")).isZero();
    assertThat(objects.listObjects(REMINDERS))
        .extracting(ObjectInspector.Summary::name)
        .contains("instances");
  }

  @Test
  void aCrashLosesNothingThatWasAnswered() throws Exception {
    objects.get(REMINDERS, "crash").remind("tea", 1_000_000);
    objects.crash(0);
    assertThat(calls("crash")).isZero();
    assertThat(objects.runAlarm(objects.id(REMINDERS, "crash"), "alarm")).isTrue();
    assertThat(objects.get(REMINDERS, "crash").last()).isEqualTo("tea");
  }

  @Test
  void aNodeThatIsCutOffAnswersNothing() {
    Reminder reminder = objects.get(REMINDERS, "pause");
    reminder.remind("tea", 1_000_000);
    objects.pause(0);
    Future<Integer> call =
        objects
            .stub(REMINDERS, "pause")
            .call(
                other -> {
                  other.remind("coffee", 1_000_000);
                  return 0;
                });
    assertThat(call.isComplete()).isFalse();
    objects.resume(0);
    call.await();
  }

  @Test
  void anObjectCanBeTakenAway() throws Exception {
    ObjectId id = objects.id(REMINDERS, "fence");
    objects.get(REMINDERS, "fence").remind("tea", 1_000_000);
    objects.fence(id);
    // Its instance finds out with its next write; the stub then finds the next instance.
    objects.get(REMINDERS, "fence").remind("coffee", 1_000_000);
    assertThat(calls("fence")).isEqualTo(1);
  }

  @Test
  void callersHaveAnIdentity() {
    assertThatThrownBy(() -> objects.get(PRIVATE, "a").last()).isInstanceOf(WeftException.class);
    String last =
        objects.stub(PRIVATE, "a").with(objects.caller("ann", Set.of("remind"))).object().last();
    assertThat(last).isEqualTo("nothing");
  }
}

import dev.weft.contracts.objects.*;
import dev.weft.durable.*;
import dev.weft.node.StandaloneNode;

interface Reminder {
  void remind(String text, long seconds);

  List<String> told();
}

static class ReminderObject implements Reminder, AlarmHandler {
  private final Storage storage;

  ReminderObject(ObjectContext context) {
    storage = context.storage();
  }

  public void remind(String text, long seconds) {
    storage.alarms().set(text, Duration.ofSeconds(seconds));
  }

  public void alarm(Alarm alarm) {
    var told = new ArrayList<>(told());
    told.add(alarm.name());
    storage.put("told", told); // committed together with the end of the alarm
  }

  public List<String> told() {
    return List.of(storage.get("told", String[].class, new String[0]));
  }
}

void main() throws InterruptedException {
  var reminders = Namespace.of("reminder", Reminder.class).asOpen();
  try (var node = StandaloneNode.start(Path.of("data/example"))) {
    node.objects().host(ObjectClass.of(reminders, ReminderObject::new)).await();
    var mine = node.objects().get(reminders, "mine");
    if (mine.told().isEmpty()) {
      mine.remind("water the plants", 1);
    }
    while (mine.told().isEmpty()) {
      Thread.sleep(100);
    }
    IO.println("told: " + String.join(", ", mine.told()));
  }
}

package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.MemoryObjectStore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** State that an older version of the class has left is brought up to date, once. */
final class VersionTest {
  interface Person {
    String name();

    void rename(String name);
  }

  private static final Namespace<Person> PEOPLE = Namespace.of("person", Person.class).asOpen();

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final AtomicInteger migrations = new AtomicInteger();

  private static ObjectClass<Person> version(int version, AtomicInteger migrations) {
    ObjectClass<Person> people =
        ObjectClass.of(PEOPLE, context -> new PersonObject(context, version));
    if (version > 1) {
      people =
          people.withMigration(
              storage -> {
                migrations.incrementAndGet();
                storage.put("name2", storage.get("name1", String.class, "nobody"));
                storage.delete("name1");
              });
    }
    if (version > 2) {
      people =
          people.withMigration(
              storage -> {
                migrations.incrementAndGet();
                storage.put("name3", storage.get("name2", String.class, "nobody") + "!");
                storage.delete("name2");
              });
    }
    return people;
  }

  private static final class PersonObject implements Person {
    private final Storage storage;
    private final String key;

    PersonObject(ObjectContext context, int version) {
      storage = context.storage();
      key = "name" + version;
    }

    @Override
    public String name() {
      return storage.get(key, String.class, "nobody");
    }

    @Override
    public void rename(String name) {
      storage.put(key, name);
    }
  }

  private interface Use {
    void with(Person person, ObjectBed bed);
  }

  private void at(int version, Use use) {
    try (ObjectBed bed = new ObjectBed(store)) {
      bed.host(version(version, migrations));
      use.with(bed.objects.get(PEOPLE, "a"), bed);
    }
  }

  private static int stored(ObjectBed bed) {
    ObjectId id = bed.objects.idFromName(PEOPLE, "a");
    return bed.objects.inspector().inspect(id).await().summary().version();
  }

  @Test
  void migrationsRunInTheirOrderAndOnce() {
    at(1, (person, _) -> person.rename("Ann"));
    at(
        3,
        (person, bed) -> {
          assertThat(person.name()).isEqualTo("Ann!");
          assertThat(stored(bed)).isEqualTo(3);
        });
    at(3, (person, _) -> assertThat(person.name()).isEqualTo("Ann!"));
    assertThat(migrations).hasValue(2);
  }

  @Test
  void aNewObjectNeedsNone() {
    at(
        2,
        (person, bed) -> {
          person.rename("Bob");
          assertThat(stored(bed)).isEqualTo(2);
        });
    at(3, (person, _) -> assertThat(person.name()).isEqualTo("Bob!"));
    assertThat(migrations).hasValue(1);
  }

  @Test
  void aStateThatIsTooNewIsLeftAlone() {
    at(2, (person, _) -> person.rename("Bob"));
    at(
        1,
        (person, _) -> {
          WeftError error = ObjectBed.errorOf(person::name);
          assertThat(error.code()).isEqualTo("object:version.conflict");
          assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        });
    at(2, (person, _) -> assertThat(person.name()).isEqualTo("Bob"));
  }

  @Test
  void aMigrationThatFailsChangesNothing() {
    at(1, (person, _) -> person.rename("Ann"));
    try (ObjectBed bed = new ObjectBed(store)) {
      bed.host(
          version(1, migrations)
              .withMigration(
                  storage -> {
                    storage.delete("name1");
                    throw new IllegalStateException("not like this");
                  }));
      Person person = bed.objects.get(PEOPLE, "a");
      WeftError error = ObjectBed.errorOf(person::name);
      assertThat(error.code()).isEqualTo("object:internal");
      assertThat(error.details()).containsEntry("errorText", "not like this");
      assertThat(stored(bed)).isEqualTo(1);
    }
    at(2, (person, _) -> assertThat(person.name()).isEqualTo("Ann"));
  }
}

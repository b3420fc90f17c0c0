package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.objects.Namespace;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which interfaces a namespace may have, and what their methods carry. */
final class InterfaceTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  interface Shelf<K, V> {
    V swap(K key, V value);

    Map<K, List<V>> all(List<? extends V> values);
  }

  record Book(String title) {}

  interface BookShelf extends Shelf<Long, Book> {
    @Override
    Book swap(Long key, Book value);
  }

  private static final class BookShelfObject implements BookShelf {
    @Override
    public Book swap(Long key, Book value) {
      return new Book(value.title() + key.longValue());
    }

    @Override
    public Map<Long, List<Book>> all(List<? extends Book> values) {
      return Map.of(1L, values.stream().map(book -> new Book(book.title() + "!")).toList());
    }
  }

  @Test
  void typesComeFromTheInterfaceThatExtendsAGenericOne() {
    Namespace<BookShelf> shelves = Namespace.of("shelf", BookShelf.class).asOpen();
    lab.bed.host(ObjectClass.of(shelves, _ -> new BookShelfObject()));
    BookShelf shelf = lab.bed.objects.get(shelves, "a");
    assertThat(shelf.swap(7L, new Book("b"))).isEqualTo(new Book("b7"));
    assertThat(shelf.all(List.of(new Book("c")))).isEqualTo(Map.of(1L, List.of(new Book("c!"))));
    Shelf<Long, Book> general = shelf;
    assertThat(general.swap(8L, new Book("d"))).isEqualTo(new Book("d8"));
  }

  record Found(Optional<Book> book, Optional<String> note) {}

  interface Finder {
    Optional<Long> length(Optional<String> text);

    Found find(Found found);
  }

  @Test
  void anOptionalIsItsValueOrNothing() {
    Namespace<Finder> finders = Namespace.of("finder", Finder.class).asOpen();
    lab.bed.host(
        ObjectClass.of(
            finders,
            _ ->
                new Finder() {
                  @Override
                  public Optional<Long> length(Optional<String> text) {
                    return text.map(some -> (long) some.length());
                  }

                  @Override
                  public Found find(Found found) {
                    return found;
                  }
                }));
    Finder finder = lab.bed.objects.get(finders, "a");
    assertThat(finder.length(Optional.of("four"))).contains(4L);
    assertThat(finder.length(Optional.empty())).isEmpty();
    Found found = new Found(Optional.of(new Book("b")), Optional.empty());
    assertThat(finder.find(found)).isEqualTo(found);
  }

  interface Chooser {
    <T> T choose(List<T> values);
  }

  @SuppressWarnings("rawtypes") // what is to be refused
  interface RawShelf extends Shelf {}

  @Test
  void whatNobodySaysTheTypeOfIsRefused() {
    for (Class<?> type : List.of(Shelf.class, RawShelf.class, Chooser.class)) {
      assertThatThrownBy(() -> lab.bed.objects.stub(Namespace.of("odd", type), "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("types of its own");
    }
  }

  interface Greeter {
    String name();

    default String greeting() {
      return "Hello " + name();
    }

    default String farewell() {
      return "Goodbye " + name();
    }
  }

  private static final class GreeterObject implements Greeter {
    @Override
    public String name() {
      return "object";
    }

    @Override
    public String farewell() {
      return "See you";
    }
  }

  @Test
  void aDefaultMethodIsOneOfTheObject() {
    Namespace<Greeter> greeters = Namespace.of("greeter", Greeter.class).asOpen();
    lab.bed.host(ObjectClass.of(greeters, _ -> new GreeterObject()));
    Stub<Greeter> stub = lab.bed.objects.stub(greeters, "a");
    assertThat(stub.object().greeting()).isEqualTo("Hello object");
    assertThat(stub.object().farewell()).isEqualTo("See you");
    Future<String> greeting = stub.call(Greeter::greeting);
    assertThat(greeting.await()).isEqualTo("Hello object");
  }
}

package dev.weft.durable.internal.values;

import dev.weft.contracts.objects.ObjectId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;

/** Values as a program has them that promises nothing about nulls. */
@NullUnmarked
@SuppressWarnings({"ArrayRecordComponent", "unused"}) // compared by content here
final class Kinds {
  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      float f,
      double d,
      boolean z,
      char c,
      Integer boxed,
      Long large,
      Double real,
      Float small,
      Character letter,
      BigInteger big,
      BigDecimal money) {}

  record Times(
      Instant instant,
      Duration duration,
      LocalDate date,
      LocalTime time,
      LocalDateTime both,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Year year) {}

  record Texts(String text, UUID id, Currency currency, ObjectId object, DayOfWeek day) {}

  record Arrays(byte[] bytes, int[] ints, String[] texts, double[] reals, Numbers[] records) {}

  record Collections(
      List<String> list,
      Set<Integer> set,
      LinkedHashSet<String> linked,
      SequencedSet<UUID> sequenced,
      Map<String, Integer> map,
      LinkedHashMap<Integer, List<Times>> byNumber,
      HashMap<String, Texts> hash,
      EnumMap<DayOfWeek, String> byDay,
      SortedMap<String, Integer> sorted,
      SortedSet<Integer> ordered,
      List<List<Map<String, Double>>> deep) {}

  record Options(Optional<String> text, Optional<Numbers> numbers, Optional<List<Integer>> list) {}

  record Tree(String name, List<Tree> children, Map<String, Tree> named, Tree only) {}

  record Pair<A, B>(A one, B other, List<A> many) {}

  sealed interface Shape permits Circle, Square, Nothing, Group {}

  record Circle(double r, String colour) implements Shape {}

  record Square(int side) implements Shape {}

  enum Nothing implements Shape {
    EMPTY,
    VOID {
      @Override
      public String toString() {
        return "nothing at all";
      }
    }
  }

  record Group(List<Shape> parts, Map<String, Shape> named) implements Shape {}

  record Drawing(Shape first, Circle circle, List<Shape> all, Nothing nothing, Shape[] more) {}

  sealed interface Result<T> permits Good, Bad {}

  record Good<T>(T value) implements Result<T> {}

  record Bad<T>(String why, Integer code) implements Result<T> {}

  /** Two sealed types, cases of the same simple name. */
  sealed interface Event permits Left.Moved, Right.Moved {}

  static final class Left {
    record Moved(int by) implements Event {}
  }

  static final class Right {
    record Moved(String to) implements Event {}
  }

  record Events(List<Event> all, Event last, Result<Event> result) {}

  // ---- what does not come back

  record Anything(Object any, List<Object> list) {}

  record Counting(int n) {
    Counting {
      n = n + 1;
    }
  }

  record Loud(String text) {
    @Override
    public String text() {
      return text + "!";
    }
  }

  record Hidden(@com.fasterxml.jackson.annotation.JsonIgnore String secret, int n) {}

  static class Bean {
    public String a = "a";
    public List<String> list = List.of("by default");
    private String inside = "inside";

    Bean with(String newInside) {
      inside = newInside;
      return this;
    }
  }

  interface Open {}

  record Case(int n) implements Open {}

  record Holder(Open open) {}

  sealed interface HalfOpen permits Leak {}

  non-sealed interface Leak extends HalfOpen {}

  record Dripping(int n) implements Leak {}

  record HalfHolder(List<HalfOpen> all) {}

  private Kinds() {}
}

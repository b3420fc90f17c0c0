package dev.weft.durable.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.values.Kinds.Anything;
import dev.weft.durable.internal.values.Kinds.Bean;
import dev.weft.durable.internal.values.Kinds.Case;
import dev.weft.durable.internal.values.Kinds.Circle;
import dev.weft.durable.internal.values.Kinds.Drawing;
import dev.weft.durable.internal.values.Kinds.Events;
import dev.weft.durable.internal.values.Kinds.Nothing;
import dev.weft.durable.internal.values.Kinds.Options;
import dev.weft.durable.internal.values.Kinds.Pair;
import dev.weft.durable.internal.values.Kinds.Result;
import dev.weft.durable.internal.values.Kinds.Shape;
import dev.weft.durable.internal.values.Kinds.Square;
import dev.weft.durable.internal.values.Kinds.Texts;
import dev.weft.durable.internal.values.Kinds.Times;
import dev.weft.durable.internal.values.Kinds.Tree;
import dev.weft.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValueCodecTest {
  private static final int VALUES_OF_A_TYPE = 400;
  private static final int DEPTH = 4;

  static Stream<TypeReference<?>> types() {
    return Stream.of(
        new TypeReference<Kinds.Numbers>() {},
        new TypeReference<Times>() {},
        new TypeReference<Texts>() {},
        new TypeReference<Kinds.Arrays>() {},
        new TypeReference<Kinds.Collections>() {},
        new TypeReference<Options>() {},
        new TypeReference<Tree>() {},
        new TypeReference<Pair<Times, Optional<String>>>() {},
        new TypeReference<Pair<Shape, Pair<Integer, List<Texts>>>>() {},
        new TypeReference<Shape>() {},
        new TypeReference<Circle>() {},
        new TypeReference<Nothing>() {},
        new TypeReference<Drawing>() {},
        new TypeReference<Result<Tree>>() {},
        new TypeReference<Events>() {},
        new TypeReference<List<Shape>>() {},
        new TypeReference<Map<String, List<Shape>>>() {},
        new TypeReference<Set<ZonedDateTime>>() {},
        new TypeReference<LinkedHashSet<Nothing>>() {},
        new TypeReference<List<Optional<Integer>>>() {},
        new TypeReference<Optional<Kinds.Numbers>>() {},
        new TypeReference<Map<ObjectId, Double>>() {},
        new TypeReference<List<Float>>() {},
        new TypeReference<int[][]>() {},
        new TypeReference<BigInteger>() {});
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatIsTakenComesBackEqual(TypeReference<?> type) {
    JavaType known = ValueCodec.mapper().constructType(type);
    RandomValues values = new RandomValues(type.getType().getTypeName().hashCode());
    int taken = 0;
    for (int i = 0; i < VALUES_OF_A_TYPE; i++) {
      Object value = values.make(type.getType(), Map.of(), DEPTH);
      if (value != null) {
        taken += comesBack(value, known, () -> ValueCodec.encode(value)) ? 1 : 0;
        taken += comesBack(value, known, () -> ValueCodec.encode(value, known)) ? 1 : 0;
      }
    }
    // Else nothing was shown: nulls of an Optional are the only ones that are refused here.
    assertThat(taken).isGreaterThan(VALUES_OF_A_TYPE);
  }

  /** Writes a value. */
  private interface Writing {
    byte[] write() throws ValueCodec.Unkept;
  }

  private static boolean comesBack(Object value, JavaType type, Writing writing) {
    byte[] bytes;
    try {
      bytes = writing.write();
    } catch (ValueCodec.Unkept e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    }
    Object back = read(bytes, type);
    assertThat(Difference.between(value, back, ""))
        .as(() -> value + " -> " + new String(bytes, StandardCharsets.UTF_8) + " -> " + back)
        .isNull();
    return true;
  }

  private static Object read(byte[] bytes, JavaType type) {
    return ValueCodec.decode(
        bytes,
        new TypeReference<Object>() {
          @Override
          public java.lang.reflect.Type getType() {
            return type;
          }
        });
  }

  static Stream<Object[]> refused() {
    Map<String, Object> self = new LinkedHashMap<>();
    self.put("me", self);
    Set<String> folded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    folded.add("b");
    return Stream.of(
        new Object[] {new Anything(5L, null), "any"},
        new Object[] {new Anything(null, List.of(1, 0.5f)), "list[1]"},
        new Object[] {new Anything(java.time.Instant.EPOCH, null), "any"},
        new Object[] {new Anything(null, List.of(new Circle(1, "red"))), "list[0]"},
        new Object[] {new Kinds.Counting(1), "n"},
        new Object[] {new Kinds.Loud("a"), "text"},
        new Object[] {new Kinds.Hidden("a", 1), "secret"},
        new Object[] {new Bean().with("changed"), "inside"},
        new Object[] {new Kinds.Holder(new Case(1)), "open"},
        new Object[] {new Kinds.HalfHolder(List.of(new Kinds.Dripping(1))), "all[0]"},
        new Object[] {new Options(null, Optional.empty(), Optional.empty()), "text"},
        new Object[] {Optional.of(Optional.empty()), ""},
        new Object[] {List.of(new Square(1), new Kinds.Counting(2)), "[1].n"},
        new Object[] {Map.of("a", List.of(new Kinds.Loud("x"))), "a[0].text"},
        new Object[] {Map.of(new Square(2), "a key"), "Square[side=2]"},
        new Object[] {new Pair<>(1, new Kinds.Counting(1), List.of()), "other.n"},
        new Object[] {new Pair<>(1, 2, List.of(new Kinds.Loud("x"))), "many[0].text"},
        new Object[] {self, null},
        new Object[] {BigInteger.TEN.pow(1_001), ""},
        new Object[] {Map.of("k".repeat(50_001), 1), null},
        new Object[] {Map.of("half \ud800 a pair", 1), null},
        new Object[] {Marked.withNothing(), "text"},
        new Object[] {new Object(), ""},
        new Object[] {(Runnable) () -> {}, ""});
  }

  record Marked(String text) {
    @SuppressWarnings("NullAway") // as code that is not checked may make it
    static Marked withNothing() {
      return new Marked(null);
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatWouldComeBackOtherwiseIsRefusedWithItsPlace(Object value, @Nullable String place) {
    assertThatThrownBy(() -> ValueCodec.encode(value))
        .isInstanceOfSatisfying(
            ValueCodec.Unkept.class,
            e -> {
              if (place != null) {
                assertThat(e.path()).isEqualTo(place);
              }
            });
  }

  @Test
  void whatIsTriedOnceIsTriedForEachValueThatMayNotComeBack() throws ValueCodec.Unkept {
    for (int i = 0; i < 200; i++) {
      byte[] bytes = ValueCodec.encode(new Anything(i, List.of("a")));
      assertThat(bytes).isNotEmpty();
    }
    assertThatThrownBy(() -> ValueCodec.encode(new Anything(7L, null)))
        .isInstanceOf(ValueCodec.Unkept.class);
  }

  @Test
  void ordinaryOddThingsComeBack() throws ValueCodec.Unkept {
    for (Object value :
        List.of(
            new StringBuilder("sb"),
            new AtomicLong(4),
            new Bean(),
            java.util.Locale.FRANCE,
            java.util.regex.Pattern.compile("a+"),
            new Anything(5, List.of("a", 0.5, true, Map.of("k", List.of()))),
            new TreeSet<>(Set.of("b", "a")))) {
      byte[] bytes = ValueCodec.encode(value);
      Object back = ValueCodec.decode(bytes, value.getClass());
      assertThat(Difference.between(value, back, "")).as(value.toString()).isNull();
    }
  }

  @Test
  void noClassIsChosenByWhatIsRead() {
    for (String text :
        List.of(
            "{\"@type\":\"java.io.File\",\"r\":1}",
            "{\"@type\":\"dev.weft.durable.internal.values.Kinds$Dripping\",\"n\":1}",
            "{\"@type\":\"Dripping\",\"n\":1}",
            "{\"r\":1}")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> ValueCodec.decode(bytes, Shape.class))
          .isInstanceOf(WeftException.class);
    }
  }

  @Test
  void whatTheSharedMapperWroteIsStillRead() {
    assertThat(old(new Circle(2, "red"), Circle.class)).isEqualTo(new Circle(2, "red"));
    assertThat(old(Nothing.VOID, Nothing.class)).isEqualTo(Nothing.VOID);
    assertThat(old(new Texts("a", null, null, null, null), Texts.class))
        .isEqualTo(new Texts("a", null, null, null, null));
    Times times =
        new Times(
            null,
            null,
            null,
            null,
            null,
            OffsetDateTime.parse("2026-01-31T12:00:00+08:00"),
            ZonedDateTime.parse("2026-01-31T12:00:00+08:00"),
            null);
    assertThat(old(times, Times.class).offset()).isEqualTo(times.offset());
    assertThat(old(times, Times.class).zoned().toInstant()).isEqualTo(times.zoned().toInstant());
    Kinds.Collections absent =
        ValueCodec.decode("{}".getBytes(StandardCharsets.UTF_8), Kinds.Collections.class);
    assertThat(absent.list()).isEmpty();
    assertThat(absent.map()).isEmpty();
    Options none = ValueCodec.decode("{}".getBytes(StandardCharsets.UTF_8), Options.class);
    assertThat(none.text()).isEmpty();
  }

  private static <T> T old(Object value, Class<T> type) {
    return ValueCodec.decode(Json.encodeBytes(value), type);
  }

  @Test
  void setsAndMapsKeepTheirOrder() throws ValueCodec.Unkept {
    Set<String> set = new LinkedHashSet<>(List.of("z", "a", "m"));
    Set<String> back = ValueCodec.decode(ValueCodec.encode(set), new TypeReference<>() {});
    assertThat(new ArrayList<>(back)).containsExactly("z", "a", "m");
    Collection<Object> all = ValueCodec.decode(ValueCodec.encode(set), new TypeReference<>() {});
    assertThat(all).containsExactly("z", "a", "m");
  }
}

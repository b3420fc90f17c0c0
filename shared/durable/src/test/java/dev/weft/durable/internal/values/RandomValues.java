package dev.weft.durable.internal.values;

import dev.weft.contracts.objects.ObjectId;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random values of any type that this knows how to make, at the edges above all. */
final class RandomValues {
  private static final List<String> ZONES =
      List.of(
          "Asia/Shanghai", "Europe/Berlin", "UTC", "GMT", "Z", "+08:00", "UTC+1", "America/Lima");

  private final Random random;
  private final Map<Class<?>, Function<Random, Object>> scalars = new HashMap<>();

  RandomValues(long seed) {
    random = new Random(seed);
    scalars.put(String.class, RandomValues::text);
    scalars.put(
        Integer.class, r -> pick(r, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, r.nextInt()));
    scalars.put(Long.class, r -> pick(r, 0L, Long.MIN_VALUE, Long.MAX_VALUE, 7L, r.nextLong()));
    scalars.put(Short.class, r -> pick(r, Short.MIN_VALUE, (short) r.nextInt()));
    scalars.put(Byte.class, r -> pick(r, Byte.MIN_VALUE, (byte) r.nextInt()));
    scalars.put(Boolean.class, Random::nextBoolean);
    scalars.put(Character.class, r -> pick(r, '\0', '"', 'é', '\uffff', (char) r.nextInt(0xd800)));
    scalars.put(
        Double.class,
        r ->
            pick(
                r,
                Double.NaN,
                -0.0,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                0.1,
                Double.longBitsToDouble(r.nextLong())));
    scalars.put(
        Float.class,
        r -> pick(r, Float.NaN, -0.0f, 0.1f, Float.MAX_VALUE, Float.intBitsToFloat(r.nextInt())));
    scalars.put(BigInteger.class, r -> new BigInteger(r.nextInt(3_000), r).negate());
    scalars.put(
        BigDecimal.class,
        r -> new BigDecimal(new BigInteger(r.nextInt(200), r), r.nextInt(2_000) - 1_000));
    scalars.put(UUID.class, r -> new UUID(r.nextLong(), r.nextLong()));
    scalars.put(Currency.class, r -> Currency.getInstance(pick(r, "EUR", "JPY", "XXX")));
    scalars.put(Year.class, r -> Year.of(pick(r, -5, 0, 2026, Year.MAX_VALUE)));
    scalars.put(Instant.class, RandomValues::instant);
    scalars.put(
        Duration.class,
        r ->
            pick(
                r,
                Duration.ZERO,
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofNanos(-1),
                Duration.ofNanos(r.nextLong())));
    scalars.put(
        LocalDate.class,
        r -> pick(r, LocalDate.MIN, LocalDate.MAX, LocalDate.EPOCH.plusDays(r.nextInt(100_000))));
    scalars.put(
        LocalTime.class,
        r -> pick(r, LocalTime.MIDNIGHT, LocalTime.ofNanoOfDay(r.nextLong(86_400_000_000_000L))));
    scalars.put(
        LocalDateTime.class,
        r ->
            pick(
                r, LocalDateTime.MAX, LocalDateTime.ofEpochSecond(r.nextInt(), 5, ZoneOffset.UTC)));
    scalars.put(
        OffsetDateTime.class,
        r ->
            OffsetDateTime.ofInstant(
                Instant.ofEpochSecond(r.nextInt(), r.nextInt(1_000_000_000)),
                ZoneOffset.ofTotalSeconds(r.nextInt(36_000) - 18_000)));
    scalars.put(
        ZonedDateTime.class,
        r ->
            ZonedDateTime.ofInstant(
                Instant.ofEpochSecond(r.nextInt(), r.nextInt(1_000_000_000)),
                ZoneId.of(ZONES.get(r.nextInt(ZONES.size())))));
    scalars.put(
        ObjectId.class,
        r -> {
          byte[] bytes = new byte[ObjectId.BYTES];
          r.nextBytes(bytes);
          return new ObjectId("things", bytes, r.nextBoolean() ? null : "a name: with colons");
        });
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static Object instant(Random random) {
    return pick(
        random,
        Instant.MIN,
        Instant.MAX,
        Instant.EPOCH,
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
  }

  private static String text(Random random) {
    return pick(
        random,
        "",
        "plain",
        "\"quoted\" \\ \n \u0000 \u2028",
        "汉字 é \ud83d\ude00",
        "half \ud800 a pair, and one at the end \udc00",
        "NaN",
        "null",
        "@type",
        Integer.toString(random.nextInt(), 36));
  }

  /** A value of the type; null now and then where a reference may be one. */
  @Nullable Object make(Type type, Map<TypeVariable<?>, Type> bindings, int depth) {
    return switch (type) {
      case Class<?> raw -> raw(raw, bindings, depth);
      case TypeVariable<?> variable ->
          make(Objects.requireNonNull(bindings.get(variable)), bindings, depth);
      case GenericArrayType array -> array(array.getGenericComponentType(), bindings, depth);
      case ParameterizedType generic -> generic(generic, bindings, depth);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private Object scalar(Class<?> type) {
    return Objects.requireNonNull(scalars.get(type)).apply(random);
  }

  private boolean isNull() {
    return random.nextInt(8) == 0;
  }

  private @Nullable Object raw(Class<?> raw, Map<TypeVariable<?>, Type> bindings, int depth) {
    if (raw.isPrimitive()) {
      return scalar(MethodType.methodType(raw).wrap().returnType());
    }
    if (isNull()) {
      return null;
    }
    if (scalars.containsKey(raw)) {
      return scalar(raw);
    }
    if (raw.isEnum()) {
      return pick(random, raw.getEnumConstants());
    }
    if (raw.isArray()) {
      return array(raw.getComponentType(), bindings, depth);
    }
    if (raw.isSealed()) {
      return raw(pick(random, raw.getPermittedSubclasses()), bindings, depth);
    }
    return record(raw, bindings, depth);
  }

  private Object record(Class<?> type, Map<TypeVariable<?>, Type> bindings, int depth) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = make(components[i].getGenericType(), bindings, depth - 1);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object array(Type of, Map<TypeVariable<?>, Type> bindings, int depth) {
    int length = depth <= 0 ? 0 : random.nextInt(4);
    Object array = Array.newInstance(rawOf(of), length);
    for (int i = 0; i < length; i++) {
      Array.set(array, i, make(of, bindings, depth - 1));
    }
    return array;
  }

  private static Class<?> rawOf(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  private @Nullable Object generic(
      ParameterizedType type, Map<TypeVariable<?>, Type> outer, int depth) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == Optional.class) {
      return Optional.ofNullable(make(arguments[0], outer, depth - 1));
    }
    if (isNull()) {
      return null;
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return collection(raw, arguments[0], outer, depth);
    }
    if (Map.class.isAssignableFrom(raw)) {
      return map(raw, arguments[0], arguments[1], outer, depth);
    }
    Map<TypeVariable<?>, Type> bindings = new HashMap<>(outer);
    Class<?> made = raw.isSealed() ? pick(random, raw.getPermittedSubclasses()) : raw;
    for (int i = 0; i < arguments.length; i++) {
      Type bound =
          arguments[i] instanceof TypeVariable<?> variable ? outer.get(variable) : arguments[i];
      bindings.put(made.getTypeParameters()[i], bound);
    }
    return record(made, bindings, depth);
  }

  private Collection<?> collection(
      Class<?> raw, Type of, Map<TypeVariable<?>, Type> bindings, int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = depth <= 0 ? 0 : random.nextInt(5); i > 0; i--) {
      items.add(make(of, bindings, depth - 1));
    }
    if (raw == List.class) {
      return pick(random, items, new LinkedList<>(items), Arrays.asList(items.toArray()));
    }
    items.removeIf(item -> item == null && SortedSet.class.isAssignableFrom(raw));
    return raw == SortedSet.class
        ? new TreeSet<>(items)
        : raw.isAssignableFrom(HashSet.class) && random.nextBoolean()
            ? new HashSet<>(items)
            : new LinkedHashSet<>(items);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // keys of an EnumMap are of its enum
  private Map<?, ?> map(
      Class<?> raw, Type keys, Type values, Map<TypeVariable<?>, Type> bindings, int depth) {
    Map<Object, @Nullable Object> map =
        raw == EnumMap.class
            ? new EnumMap(rawOf(keys))
            : raw == SortedMap.class
                ? new TreeMap<>()
                : raw == HashMap.class ? new HashMap<>() : new LinkedHashMap<>();
    for (int i = depth <= 0 ? 0 : random.nextInt(5); i > 0; i--) {
      Object key = make(keys, bindings, depth - 1);
      // A text with half a pair is refused as a key; that is tried elsewhere.
      if (key != null && !key.toString().startsWith("half")) {
        map.put(key, make(values, bindings, depth - 1));
      }
    }
    return map;
  }
}

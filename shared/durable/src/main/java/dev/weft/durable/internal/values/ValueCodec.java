package dev.weft.durable.internal.values;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.contracts.WeftException;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values of objects as JSON. What is written comes back equal, or it is refused before anybody
 * relies on it: most types show that they always do ({@link PlainTypes}), a value of any other is
 * read back and compared. Thread-safe.
 */
public final class ValueCodec {
  /** A record's constructor may change what it is given: its first values are read back, too. */
  private static final int TRIED_FIRST = 64;

  private static final int MAX_DEPTH = 200;

  private static final ObjectWriter WRITER = mapper().writer();

  private static final PlainTypes PLAIN = new PlainTypes();

  private static final ClassValue<Known> KNOWN =
      new ClassValue<>() {
        @Override
        protected Known computeValue(Class<?> type) {
          JavaType whole = mapper().constructType(type);
          return new Known(
              whole,
              PLAIN.holds(whole),
              type.isRecord() && type.getTypeParameters().length > 0,
              type.isHidden() || type.isAnonymousClass(),
              new AtomicInteger());
        }
      };

  /**
   * A class, as values of it are met.
   *
   * @param plain whether all of them come back equal
   * @param open whether it is a record with type parameters
   * @param nameless whether nobody else can name it
   * @param tried how many were read back all the same
   */
  private record Known(
      JavaType type, boolean plain, boolean open, boolean nameless, AtomicInteger tried) {
    /** Whether the next value need not be read back. */
    boolean isSure() {
      return plain && wasTried();
    }

    boolean wasTried() {
      return !type.getRawClass().isRecord()
          || tried.get() >= TRIED_FIRST
          || tried.incrementAndGet() > TRIED_FIRST;
    }
  }

  /** The mapper; do not reconfigure it. */
  public static ObjectMapper mapper() {
    return ValueMapper.MAPPER;
  }

  /** A value that would not come back equal. */
  public static final class Unkept extends Exception {
    private final String path;
    private final String why;

    Unkept(String path, String why) {
      super(path.isEmpty() ? why : "'" + path + "' " + why);
      this.path = path;
      this.why = why;
    }

    /** Where in the value; empty for the value itself. */
    public String path() {
      return path;
    }

    /** The same within something larger. */
    public Unkept within(String outer) {
      return new Unkept(
          path.isEmpty() || path.startsWith("[") ? outer + path : outer + "." + path, why);
    }
  }

  /** The bytes of a value whose type only its reader will say. */
  public static byte[] encode(Object value) throws Unkept {
    byte[] bytes = write(value, null);
    if (!PlainTypes.isScalar(value.getClass())) {
      check(value, "", 0);
    }
    return bytes;
  }

  /** The bytes of a value that is going to be read as that type. */
  public static byte[] encode(@Nullable Object value, JavaType type) throws Unkept {
    byte[] bytes = write(value, type);
    if (!isSure(type)) {
      compare(value, bytes, type, "");
    }
    return bytes;
  }

  /** Refuses a value that would not come back when it is read as that type. */
  public static void check(@Nullable Object value, JavaType type) throws Unkept {
    if (!isSure(type)) {
      compare(value, write(value, type), type, "");
    }
  }

  private static byte[] write(@Nullable Object value, @Nullable JavaType type) throws Unkept {
    try {
      return type == null
          ? WRITER.writeValueAsBytes(value)
          : mapper().writerFor(type).writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw unwritable(e);
    } catch (StackOverflowError e) {
      throw new Unkept("", "is nested too deeply");
    }
  }

  private static Unkept unwritable(JsonProcessingException failure) {
    String path = failure instanceof JsonMappingException at ? JsonFaults.path(at) : "";
    String message = String.valueOf(failure.getOriginalMessage());
    int line = message.indexOf('\n');
    return new Unkept(
        path, "cannot be written as JSON: " + (line < 0 ? message : message.substring(0, line)));
  }

  /** Whether values of the type need not be tried. */
  private static boolean isSure(JavaType type) {
    return PLAIN.holds(type) && KNOWN.get(type.getRawClass()).wasTried();
  }

  /** A value of which only its class is known; what stands in it likewise. */
  private static void check(@Nullable Object value, String path, int depth) throws Unkept {
    if (value == null || PlainTypes.isScalar(value.getClass())) {
      return;
    }
    if (depth > MAX_DEPTH) {
      throw new Unkept(path, "is nested too deeply");
    }
    switch (value) {
      case Collection<?> all -> checkAll(all, path, depth);
      case Object[] array -> checkAll(Arrays.asList(array), path, depth);
      case Map<?, ?> map -> checkMap(map, path, depth);
      case Optional<?> some -> {
        if (some.orElse(null) instanceof Optional<?>) {
          throw new Unkept(path, "is an Optional within an Optional, which comes back as one");
        }
        check(some.orElse(null), path, depth + 1);
      }
      default -> {
        Known known = KNOWN.get(classOf(value));
        if (known.nameless()) {
          throw new Unkept(path, "is of a class without a name, which nobody can ask for");
        }
        if (known.open()) {
          checkOpen(value, known.type(), path, depth);
        } else if (!known.isSure()) {
          compare(value, write(value, null), known.type(), path);
        }
      }
    }
  }

  private static void checkAll(Collection<?> all, String path, int depth) throws Unkept {
    int index = 0;
    for (Object each : all) {
      // The path is made for those that need it only: a list may be long.
      if (each != null && !PlainTypes.isScalar(each.getClass())) {
        check(each, path + "[" + index + "]", depth + 1);
      }
      index++;
    }
  }

  private static Class<?> classOf(Object value) {
    return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
  }

  private static void checkMap(Map<?, ?> map, String path, int depth) throws Unkept {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      Object value = entry.getValue();
      if (!(key instanceof String)) {
        checkKey(key, Difference.child(path, String.valueOf(key)));
      }
      if (value != null && !PlainTypes.isScalar(value.getClass())) {
        check(value, Difference.child(path, String.valueOf(key)), depth + 1);
      }
    }
  }

  /** A key comes back when a map of its class with it alone does. */
  private static void checkKey(Object key, String place) throws Unkept {
    JavaType type =
        mapper().getTypeFactory().constructMapType(Map.class, classOf(key), Boolean.class);
    if (!PLAIN.holds(type)) {
      Map<?, ?> alone = Map.of(key, true);
      try {
        compare(alone, write(alone, null), type, place);
      } catch (Unkept e) {
        throw new Unkept(place, "is a key that would not come back equal");
      }
    }
  }

  /** A record of a generic class: its reader will say what the parameters are. */
  private static void checkOpen(Object value, JavaType type, String path, int depth) throws Unkept {
    for (RecordComponent each : value.getClass().getRecordComponents()) {
      Object part = component(value, each);
      String place = Difference.child(path, each.getName());
      if (names(each.getGenericType())) {
        check(part, place, depth + 1);
      } else {
        JavaType known = PlainTypes.componentType(type, each);
        if (part != null && !isSure(known)) {
          compare(part, write(part, known), known, place);
        }
      }
    }
  }

  /** Whether the type is, or holds, a parameter of its class. */
  private static boolean names(Type type) {
    return switch (type) {
      case TypeVariable<?> _ -> true;
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).anyMatch(ValueCodec::names);
      case GenericArrayType array -> names(array.getGenericComponentType());
      default -> false;
    };
  }

  private static @Nullable Object component(Object record, RecordComponent component) {
    try {
      Field field = record.getClass().getDeclaredField(component.getName());
      field.setAccessible(true);
      return field.get(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A record's field can be read", e);
    }
  }

  private static void compare(@Nullable Object value, byte[] bytes, JavaType type, String path)
      throws Unkept {
    Object back;
    try {
      back = mapper().readValue(bytes, type);
    } catch (IOException e) {
      String where = e instanceof JsonMappingException at ? JsonFaults.path(at) : "";
      throw new Unkept(
          joined(path, where), "could not be read again: " + JsonFaults.describe(e).message());
    }
    String different = Difference.between(value, back, path);
    if (different != null) {
      throw new Unkept(different, "would not come back equal");
    }
  }

  private static String joined(String path, String rest) {
    return path.isEmpty() || rest.isEmpty() || rest.startsWith("[")
        ? path + rest
        : path + "." + rest;
  }

  /**
   * The value in the bytes.
   *
   * @throws WeftException {@code json:invalid}
   */
  public static <T> T decode(byte[] bytes, Class<T> type) {
    return decode(bytes, mapper().constructType(type));
  }

  /** The same for a type with parameters. */
  public static <T> T decode(byte[] bytes, TypeReference<T> type) {
    return decode(bytes, mapper().constructType(type));
  }

  private static <T> T decode(byte[] bytes, JavaType type) {
    try {
      T value = mapper().readValue(bytes, type);
      if (value == null) {
        throw JsonFaults.nothing(type.getRawClass()).exception();
      }
      return value;
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  private ValueCodec() {}
}

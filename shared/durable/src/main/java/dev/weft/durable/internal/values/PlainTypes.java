package dev.weft.durable.internal.values;

import com.fasterxml.jackson.annotation.JacksonAnnotation;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.objects.ObjectId;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Types whose every value comes back equal from its JSON, so that no single value has to be tried:
 * text, numbers, times, enums, collections and maps of such, records of such. Found out once a
 * type.
 */
final class PlainTypes {
  private static final Set<Class<?>> SCALARS =
      Set.of(
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Character.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          Currency.class,
          Instant.class,
          Duration.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          Year.class,
          ObjectId.class);

  private static final Set<Class<?>> COLLECTIONS =
      Set.of(
          List.class,
          ArrayList.class,
          LinkedList.class,
          Set.class,
          HashSet.class,
          LinkedHashSet.class,
          SequencedSet.class);

  private static final Set<Class<?>> MAPS =
      Set.of(Map.class, HashMap.class, LinkedHashMap.class, SequencedMap.class);

  private static final Set<Class<?>> KEYS =
      Set.of(String.class, Integer.class, Long.class, UUID.class);

  private static final int MAX_KNOWN = 10_000;

  private final Map<JavaType, Boolean> known = new ConcurrentHashMap<>();

  /** Whether the class is one of text, numbers, times and the like. */
  static boolean isScalar(Class<?> type) {
    return SCALARS.contains(type);
  }

  /** Whether every value of the type comes back equal. */
  boolean holds(JavaType type) {
    Boolean before = known.get(type);
    if (before != null) {
      return before;
    }
    boolean holds = holds(type, new HashSet<>());
    if (known.size() >= MAX_KNOWN) {
      known.clear();
    }
    known.put(type, holds);
    return holds;
  }

  /**
   * @param within records whose components are being looked at: one that holds itself is as good as
   *     the rest of it
   */
  private boolean holds(JavaType type, Set<JavaType> within) {
    Class<?> raw = type.getRawClass();
    if (raw.isPrimitive() || SCALARS.contains(raw) || JsonNode.class.isAssignableFrom(raw)) {
      return true;
    }
    if (raw.isEnum()) {
      return !SealedTypes.isOne(raw)
          && isUnannotated(raw, raw.getDeclaredFields())
          && isUnannotated(raw, raw.getDeclaredMethods());
    }
    if (type.isArrayType()) {
      return holds(type.getContentType(), within);
    }
    if (COLLECTIONS.contains(raw)) {
      return holds(type.getContentType(), within);
    }
    if (MAPS.contains(raw)) {
      Class<?> key = type.getKeyType().getRawClass();
      return (KEYS.contains(key) || key.isEnum() && holds(type.getKeyType(), within))
          && holds(type.getContentType(), within);
    }
    if (raw.isSealed() && Modifier.isAbstract(raw.getModifiers())) {
      return within.contains(type) || casesHold(type, within);
    }
    return raw.isRecord() && (!within.add(type) || componentsHold(type, within));
  }

  private boolean casesHold(JavaType type, Set<JavaType> within) {
    within.add(type);
    for (Class<?> each : SealedTypes.cases(type.getRawClass())) {
      if (!each.isRecord()
          || !holds(
              ValueMapper.MAPPER.getTypeFactory().constructSpecializedType(type, each), within)) {
        return false;
      }
    }
    return SealedTypes.isClosed(type.getRawClass());
  }

  private boolean componentsHold(JavaType type, Set<JavaType> within) {
    Class<?> raw = type.getRawClass();
    if (!isUnannotated(raw, raw.getDeclaredMethods())
        || !isUnannotated(raw, raw.getDeclaredConstructors())
        || !isUnannotated(raw, raw.getDeclaredFields())) {
      return false;
    }
    for (RecordComponent each : raw.getRecordComponents()) {
      JavaType component = componentType(type, each);
      // Within one another an empty one is no other than none.
      JavaType value =
          component.getRawClass() == Optional.class
              ? component.containedTypeOrUnknown(0)
              : component;
      if (!holds(value, within)) {
        return false;
      }
    }
    return true;
  }

  /** The component's type, as it is in that record. */
  static JavaType componentType(JavaType record, RecordComponent component) {
    return ValueMapper.MAPPER
        .getTypeFactory()
        .resolveMemberType(component.getGenericType(), record.getBindings());
  }

  /** Whether nobody has told Jackson to treat it otherwise. */
  private static boolean isUnannotated(Class<?> type, AnnotatedElement[] members) {
    return isUnannotated(type) && Arrays.stream(members).allMatch(PlainTypes::isUnannotated);
  }

  private static boolean isUnannotated(AnnotatedElement element) {
    for (Annotation each : element.getAnnotations()) {
      Class<? extends Annotation> type = each.annotationType();
      boolean jackson =
          type.isAnnotationPresent(JacksonAnnotation.class)
              || type.getName().startsWith("com.fasterxml.jackson.");
      if (jackson && type != JsonEnumDefaultValue.class) {
        return false;
      }
    }
    return true;
  }
}

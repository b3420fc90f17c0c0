package dev.weft.durable.internal.values;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where two values differ. Lists and sets are compared by what they hold, in order where they have
 * one; arrays too; records and other classes by their fields.
 */
final class Difference {

  /**
   * The path of the first difference, empty for the value itself; null when they are equal.
   *
   * @param path of the values
   */
  static @Nullable String between(@Nullable Object one, @Nullable Object other, String path) {
    if (one == other) {
      return null;
    }
    if (one == null || other == null) {
      return path;
    }
    return switch (one) {
      case Map<?, ?> map -> other instanceof Map<?, ?> same ? maps(map, same, path) : path;
      case Set<?> set when !(set instanceof SequencedCollection) ->
          other instanceof Set<?> same && set.equals(same) ? null : path;
      case Collection<?> all ->
          other instanceof Collection<?> same ? sequences(all, same, path) : path;
      case Optional<?> some ->
          other instanceof Optional<?> same
              ? between(some.orElse(null), same.orElse(null), path)
              : path;
      case JsonNode node -> node.toString().equals(other.toString()) ? null : path;
      default -> one.getClass() == other.getClass() ? sameClass(one, other, path) : path;
    };
  }

  private static @Nullable String sequences(Collection<?> one, Collection<?> other, String path) {
    if (one.size() != other.size() || one instanceof Set<?> != other instanceof Set<?>) {
      return path;
    }
    Iterator<?> others = other.iterator();
    int index = 0;
    for (Object each : one) {
      String found = between(each, others.next(), path + "[" + index++ + "]");
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String maps(Map<?, ?> one, Map<?, ?> other, String path) {
    if (one.size() != other.size()) {
      return path;
    }
    Iterator<?> order = one instanceof SequencedMap<?, ?> ? other.keySet().iterator() : null;
    for (Map.Entry<?, ?> entry : one.entrySet()) {
      Object key = entry.getKey();
      String place = child(path, String.valueOf(key));
      if (!other.containsKey(key) || order != null && between(key, order.next(), place) != null) {
        return place;
      }
      String found = between(entry.getValue(), other.get(key), place);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String sameClass(Object one, Object other, String path) {
    Class<?> type = one.getClass();
    if (type.isArray()) {
      return arrays(one, other, path);
    }
    if (type.isRecord()) {
      return records(one, other, path);
    }
    if (one instanceof Enum<?>) {
      return path;
    }
    if (type.getName().startsWith("java.")) {
      return sameByItsOwnWord(one, other) ? null : path;
    }
    // A class that says what makes two of it equal may keep more beside, such as a hash.
    return !comparesByIdentity(type) && one.equals(other) ? null : objects(one, other, path);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // both are of one class
  private static boolean sameByItsOwnWord(Object one, Object other) {
    if (one.equals(other)) {
      return true;
    }
    if (one instanceof Pattern a && other instanceof Pattern b) {
      return a.pattern().equals(b.pattern()) && a.flags() == b.flags();
    }
    // Those that can be changed are equal to themselves alone.
    return comparesByIdentity(one.getClass())
        && (one instanceof Comparable mine
            ? mine.compareTo(other) == 0
            : one instanceof Number && one.toString().equals(other.toString()));
  }

  private static boolean comparesByIdentity(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() == Object.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("Every class has equals", e);
    }
  }

  private static @Nullable String arrays(Object one, Object other, String path) {
    int length = Array.getLength(one);
    if (length != Array.getLength(other)) {
      return path;
    }
    for (int i = 0; i < length; i++) {
      String found = between(Array.get(one, i), Array.get(other, i), path + "[" + i + "]");
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String records(Object one, Object other, String path) {
    for (RecordComponent each : one.getClass().getRecordComponents()) {
      try {
        Field field = one.getClass().getDeclaredField(each.getName());
        String found = fields(field, one, other, child(path, each.getName()));
        if (found != null) {
          return found;
        }
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("Every component has a field", e);
      }
    }
    return null;
  }

  private static @Nullable String objects(Object one, Object other, String path) {
    for (Class<?> type = one.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers)) {
          String found = fields(field, one, other, child(path, field.getName()));
          if (found != null) {
            return found;
          }
        }
      }
    }
    return comparesByIdentity(one.getClass()) ? null : path;
  }

  private static @Nullable String fields(Field field, Object one, Object other, String path) {
    try {
      open(field);
      return between(field.get(one), field.get(other), path);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return one.equals(other) ? null : path;
    }
  }

  private static void open(AccessibleObject member) {
    member.setAccessible(true);
  }

  static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Difference() {}
}

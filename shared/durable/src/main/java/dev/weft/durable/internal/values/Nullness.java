package dev.weft.durable.internal.values;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** What a record says of nulls. */
final class Nullness {

  /** Whether the component is never null, as its null-marked class promises. */
  static boolean isNeverNull(Class<?> record, RecordComponent component) {
    return !component.getType().isPrimitive()
        && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        && isMarked(record);
  }

  /** Whether the component comes back empty when it is not there. */
  static boolean isEmptyWhenAbsent(RecordComponent component) {
    Class<?> type = component.getType();
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type));
  }

  /** Whether null would come back as something else. */
  static boolean isLost(Class<?> record, RecordComponent component) {
    return component.getType() == Optional.class || isNeverNull(record, component);
  }

  /** The component of that name; null when the class is no record, or has none. */
  static @Nullable RecordComponent component(Class<?> type, String name) {
    if (type.isRecord()) {
      for (RecordComponent each : type.getRecordComponents()) {
        if (each.getName().equals(name)) {
          return each;
        }
      }
    }
    return null;
  }

  static boolean isMarked(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (each.isAnnotationPresent(NullUnmarked.class)) {
        return false;
      }
      if (each.isAnnotationPresent(NullMarked.class)) {
        return true;
      }
    }
    return type.getPackage() != null && type.getPackage().isAnnotationPresent(NullMarked.class)
        || type.getModule().isAnnotationPresent(NullMarked.class);
  }

  private Nullness() {}
}

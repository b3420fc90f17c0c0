package dev.weft.durable.internal.values;

import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Sealed types and their cases. A case is written with its name, and is found by no other way. */
final class SealedTypes {
  /** Field that holds the name. */
  static final String PROPERTY = "@type";

  private static final ClassValue<Boolean> ONE =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return !sealedAbove(type).isEmpty();
        }
      };

  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          long sameName =
              sealedAbove(type).stream()
                  .flatMap(each -> cases(each).stream())
                  .distinct()
                  .filter(each -> each.getSimpleName().equals(type.getSimpleName()))
                  .count();
          return sameName > 1 ? type.getName() : type.getSimpleName();
        }
      };

  /** Whether the type is sealed, or a case of one that is. */
  static boolean isOne(Class<?> type) {
    return ONE.get(type);
  }

  /** What a case is called: its simple name, or all of it when that of another case is the same. */
  static String name(Class<?> type) {
    return NAMES.get(type);
  }

  /** The classes that a value of the type may have, as far as the type itself names them. */
  static Set<Class<?>> cases(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    Deque<Class<?>> left = new ArrayDeque<>();
    left.add(type);
    while (!left.isEmpty()) {
      Class<?> next = left.poll();
      if (!Modifier.isAbstract(next.getModifiers()) || next.isEnum()) {
        found.add(next);
      }
      // The constants of an enum may be classes of their own, which nobody else sees.
      if (next.isSealed() && !next.isEnum()) {
        left.addAll(Set.of(next.getPermittedSubclasses()));
      }
    }
    return found;
  }

  /** Whether the type names all classes that its values can have. */
  static boolean isClosed(Class<?> type) {
    if (type.isSealed()) {
      for (Class<?> each : type.getPermittedSubclasses()) {
        if (!isClosed(each)) {
          return false;
        }
      }
      return true;
    }
    return Modifier.isFinal(type.getModifiers()) || type.isEnum();
  }

  private static Set<Class<?>> sealedAbove(Class<?> type) {
    Set<Class<?>> seen = new LinkedHashSet<>();
    Deque<Class<?>> left = new ArrayDeque<>();
    left.add(type);
    while (!left.isEmpty()) {
      Class<?> next = left.poll();
      if (seen.add(next)) {
        if (next.getSuperclass() != null) {
          left.add(next.getSuperclass());
        }
        left.addAll(Set.of(next.getInterfaces()));
      }
    }
    // Those of the JDK, which text and numbers belong to, have forms of their own.
    seen.removeIf(each -> !each.isSealed() || each.isEnum() || each.getName().startsWith("java."));
    return seen;
  }

  private SealedTypes() {}
}

package dev.weft.durable.internal.call;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.weft.durable.internal.values.ValueCodec;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;

/**
 * The types in a method's signature, as they are for an interface that may say what a {@code T} is.
 */
final class MemberTypes {
  private static final TypeFactory TYPES = ValueCodec.mapper().getTypeFactory();

  private final Method method;
  private final TypeBindings bindings;

  /**
   * @param type the interface the method was found in, by itself or by one that it extends
   */
  MemberTypes(Class<?> type, Method method) {
    this.method = method;
    this.bindings =
        TYPES.constructType(type).findSuperType(method.getDeclaringClass()).getBindings();
  }

  /**
   * What is to be read or written.
   *
   * @throws IllegalArgumentException when nobody says what a type variable of it stands for
   */
  JavaType resolve(Type type) {
    if (isOpen(type)) {
      throw new IllegalArgumentException(
          method.toGenericString()
              + ": nothing says what "
              + type.getTypeName()
              + " is. Let the namespace's interface extend the generic one with types of its own.");
    }
    return TYPES.resolveMemberType(type, bindings);
  }

  private boolean isOpen(Type type) {
    return switch (type) {
      case TypeVariable<?> variable ->
          variable.getGenericDeclaration() instanceof Method
              || bindings.findBoundType(variable.getName()) == null;
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).anyMatch(this::isOpen);
      case GenericArrayType array -> isOpen(array.getGenericComponentType());
      case WildcardType wildcard ->
          Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
              .flatMap(Stream::of)
              .anyMatch(this::isOpen);
      default -> false;
    };
  }
}

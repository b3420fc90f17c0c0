package dev.weft.all.contracts;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The records that nodes send each other, found where endpoints and namespaces are declared, and
 * the records within them.
 */
final class MessageTypes {
  /** What the mesh itself sends, which no endpoint declares. */
  private static final Set<String> FRAMES =
      Set.of("dev.weft.mesh.internal.Beat", "dev.weft.mesh.internal.StreamPulse$Alive");

  private final Set<Class<?>> records = new TreeSet<>(Comparator.comparing(Class::getName));

  /** All of them, by name. */
  static Set<Class<?>> all() {
    MessageTypes types = new MessageTypes();
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.weft");
    types.add(WeftError.class);
    for (JavaClass declared : classes) {
      if (FRAMES.contains(declared.getName())) {
        types.add(declared.reflect());
      } else if (declares(declared)) {
        types.declaredBy(declared.reflect());
      }
    }
    return types.records;
  }

  private static boolean declares(JavaClass type) {
    return Stream.concat(
            type.getFields().stream().map(field -> field.getRawType()),
            type.getMethods().stream().map(method -> method.getRawReturnType()))
        .anyMatch(of -> of.isAssignableTo(Endpoint.class) || of.isAssignableTo(Namespace.class));
  }

  private void declaredBy(Class<?> type) {
    Stream.concat(
            Stream.of(type.getDeclaredFields()).map(Field::getGenericType),
            Stream.of(type.getDeclaredMethods()).map(Method::getGenericReturnType))
        .filter(ParameterizedType.class::isInstance)
        .map(ParameterizedType.class::cast)
        .filter(of -> of.getRawType() instanceof Class<?> raw && isDeclaration(raw))
        .flatMap(of -> Stream.of(of.getActualTypeArguments()))
        .forEach(this::add);
  }

  private static boolean isDeclaration(Class<?> type) {
    return Endpoint.class.isAssignableFrom(type) || type == Namespace.class;
  }

  private void add(Type type) {
    switch (type) {
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).forEach(this::add);
      case GenericArrayType array -> add(array.getGenericComponentType());
      case Class<?> known when known.isArray() -> add(known.getComponentType());
      case Class<?> known when Samples.isOpaque(known) -> {}
      case Class<?> known when known.isRecord() -> {
        if (records.add(known)) {
          for (RecordComponent component : known.getRecordComponents()) {
            add(component.getGenericType());
          }
        }
      }
      case Class<?> known when known.isInterface() && known.getName().startsWith("dev.weft.") -> {
        // What an object's methods take and return.
        for (Method method : known.getMethods()) {
          Stream.of(method.getGenericParameterTypes()).forEach(this::add);
          add(method.getGenericReturnType());
        }
      }
      default -> {}
    }
  }
}

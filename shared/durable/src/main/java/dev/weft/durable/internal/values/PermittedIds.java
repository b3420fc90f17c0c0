package dev.weft.durable.internal.values;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The names of a sealed type's cases; no other name means anything. */
final class PermittedIds extends TypeIdResolverBase {
  private final Map<String, Class<?>> byName = new HashMap<>();

  PermittedIds(JavaType base) {
    super(base, null);
    for (Class<?> each : SealedTypes.cases(base.getRawClass())) {
      byName.put(SealedTypes.name(each), each);
    }
  }

  @Override
  public @Nullable String idFromValue(Object value) {
    return idFromValueAndType(value, value.getClass());
  }

  @Override
  public @Nullable String idFromValueAndType(@Nullable Object value, Class<?> type) {
    Class<?> known = value instanceof Enum<?> constant ? constant.getDeclaringClass() : type;
    String name = SealedTypes.name(known);
    if (value != null && byName.get(name) != known) {
      throw new IllegalArgumentException(
          known.getName()
              + " is not named by the sealed type "
              + _baseType.getRawClass().getName());
    }
    return name;
  }

  @Override
  public @Nullable JavaType typeFromId(DatabindContext context, String name) {
    Class<?> type = byName.get(name);
    return type == null ? null : context.constructSpecializedType(_baseType, type);
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }

  @Override
  public String getDescForKnownTypeIds() {
    return new TreeSet<>(byName.keySet()).toString();
  }
}

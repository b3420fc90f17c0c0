package dev.weft.durable.internal.values;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the case of a sealed type wherever one stands, also where Java has forgotten the type (an
 * element of a list that is stored, a {@code T}), and refuses a null that would not come back.
 */
final class KeepingSerializers extends BeanSerializerModifier {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public List<BeanPropertyWriter> changeProperties(
      SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
    for (BeanPropertyWriter each : properties) {
      RecordComponent component =
          Nullness.component(bean.getBeanClass(), each.getMember().getName());
      if (component != null
          && Nullness.isLost(bean.getBeanClass(), component)
          && !each.hasNullSerializer()) {
        each.assignNullSerializer(new NoNull(component.getType()));
      }
    }
    return properties;
  }

  @Override
  public JsonSerializer<?> modifySerializer(
      SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
    return typed(bean, serializer);
  }

  @Override
  public JsonSerializer<?> modifyEnumSerializer(
      SerializationConfig config,
      JavaType type,
      BeanDescription bean,
      JsonSerializer<?> serializer) {
    return typed(bean, serializer);
  }

  @SuppressWarnings("unchecked") // it serializes what it was made for
  private static JsonSerializer<?> typed(BeanDescription bean, JsonSerializer<?> serializer) {
    return SealedTypes.isOne(bean.getBeanClass())
            && !bean.getClassInfo().hasAnnotation(JsonTypeInfo.class)
        ? new Case(bean.getType(), (JsonSerializer<Object>) serializer, null)
        : serializer;
  }

  /** A null that would come back as something else, or not at all. */
  private static final class NoNull extends StdSerializer<Object> {
    NoNull(Class<?> type) {
      super(type, false);
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      throw JsonMappingException.from(out, "null, which would not come back as null");
    }
  }

  /** A case of a sealed type, which is written with its name whoever asks. */
  private static final class Case extends StdSerializer<Object>
      implements ContextualSerializer, ResolvableSerializer {
    private final transient JavaType type;
    private final transient JsonSerializer<Object> plain;
    private final transient @Nullable TypeSerializer names;

    Case(JavaType type, JsonSerializer<Object> plain, @Nullable TypeSerializer names) {
      super(type);
      this.type = type;
      this.plain = plain;
      this.names = names;
    }

    @Override
    public void resolve(SerializerProvider provider) throws JsonMappingException {
      if (plain instanceof ResolvableSerializer unresolved) {
        unresolved.resolve(provider);
      }
    }

    @Override
    @SuppressWarnings("unchecked") // it serializes what it was made for
    public JsonSerializer<?> createContextual(
        SerializerProvider provider, @Nullable BeanProperty property) throws JsonMappingException {
      JsonSerializer<Object> there =
          plain instanceof ContextualSerializer contextual
              ? (JsonSerializer<Object>) contextual.createContextual(provider, property)
              : plain;
      return new Case(type, there, provider.findTypeSerializer(type).forProperty(property));
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      TypeSerializer known = names;
      plain.serializeWithType(
          value, out, provider, known == null ? provider.findTypeSerializer(type) : known);
    }

    @Override
    public void serializeWithType(
        Object value, JsonGenerator out, SerializerProvider provider, TypeSerializer asked)
        throws IOException {
      plain.serializeWithType(value, out, provider, asked);
    }
  }
}

package dev.weft.durable.internal.values;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.NullValueProvider;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Reads a collection that is null as null, and one that is not there as an empty one. */
final class KeepingDeserializers extends BeanDeserializerModifier {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public BeanDeserializerBuilder updateBuilder(
      DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
    Class<?> type = bean.getBeanClass();
    SettableBeanProperty[] arguments =
        builder.getValueInstantiator().getFromObjectArguments(config);
    if (type.isRecord() && arguments != null) {
      RecordComponent[] components = type.getRecordComponents();
      for (int i = 0; i < arguments.length && arguments.length == components.length; i++) {
        if (Nullness.isEmptyWhenAbsent(components[i])
            && !Nullness.isNeverNull(type, components[i])) {
          arguments[i] = arguments[i].withNullProvider(new EmptyWhenAbsent(arguments[i]));
        }
      }
    }
    return builder;
  }

  private record EmptyWhenAbsent(SettableBeanProperty property) implements NullValueProvider {

    @Override
    @SuppressWarnings("NullAway") // Jackson does not say that it may be null
    public @Nullable Object getNullValue(DeserializationContext context) {
      return null;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) throws JsonMappingException {
      return context
          .findContextualValueDeserializer(property.getType(), property)
          .getEmptyValue(context);
    }

    @Override
    public com.fasterxml.jackson.databind.util.AccessPattern getNullAccessPattern() {
      return com.fasterxml.jackson.databind.util.AccessPattern.DYNAMIC;
    }
  }
}

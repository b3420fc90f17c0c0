package dev.weft.durable.internal.values;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.weft.json.Json;
import dev.weft.json.JsonLimits;
import dev.weft.json.Storable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/**
 * The mapper of what objects keep, take and return. What it writes comes back as it was: null
 * components, null entries of maps, the order of sets, the zone of a time, the case of a sealed
 * type. It reads what {@link Json#mapper()} has written, too.
 */
final class ValueMapper {
  static final ObjectMapper MAPPER = make();

  private static ObjectMapper make() {
    ObjectMapper shared = Json.mapper();
    AnnotationIntrospector usual = shared.getSerializationConfig().getAnnotationIntrospector();
    return ((JsonMapper) shared)
        .rebuild()
        .annotationIntrospector(AnnotationIntrospector.pair(new ValueIntrospector(), usual))
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        // What was written without its type can be of one class only.
        .enable(MapperFeature.USE_BASE_TYPE_AS_DEFAULT_IMPL)
        .addModule(module())
        .build();
  }

  private static SimpleModule module() {
    SimpleModule module = new SimpleModule("weft-values");
    module.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
    module.addAbstractTypeMapping(SequencedSet.class, LinkedHashSet.class);
    module.addAbstractTypeMapping(SequencedCollection.class, ArrayList.class);
    module.addAbstractTypeMapping(SequencedMap.class, LinkedHashMap.class);
    module.addSerializer(new Text<>(ZonedDateTime.class));
    module.addDeserializer(
        ZonedDateTime.class, new FromText<>(ZonedDateTime.class, ZonedDateTime::parse));
    module.addSerializer(new Text<>(OffsetDateTime.class));
    module.addDeserializer(
        OffsetDateTime.class, new FromText<>(OffsetDateTime.class, OffsetDateTime::parse));
    module.addSerializer(new Digits<>(BigDecimal.class));
    module.addSerializer(new Digits<>(BigInteger.class));
    module.addKeySerializer(String.class, new Name());
    module.setSerializerModifier(new KeepingSerializers());
    module.setDeserializerModifier(new KeepingDeserializers());
    return module;
  }

  /** As its own text, which holds all of it. */
  private static final class Text<T> extends StdScalarSerializer<T> {
    Text(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class FromText<T> extends StdScalarDeserializer<T> {
    private final transient Function<String, T> parser;

    FromText(Class<T> type, Function<String, T> parser) {
      super(type);
      this.parser = parser;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      try {
        return parser.apply(text);
      } catch (DateTimeException e) {
        throw context.weirdStringException(text, handledType(), "no such time");
      }
    }
  }

  /** Numbers that are not too long to be read again. */
  private static final class Digits<T extends Number> extends StdScalarSerializer<T> {
    Digits(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      String text = value.toString();
      if (text.length() > JsonLimits.MAX_NUMBER_CHARACTERS) {
        throw JsonMappingException.from(
            out, "a number of more than " + JsonLimits.MAX_NUMBER_CHARACTERS + " characters");
      }
      out.writeNumber(text);
    }
  }

  /** Keys that are not too long to be read again. */
  private static final class Name extends StdScalarSerializer<String> {
    Name() {
      super(String.class);
    }

    @Override
    public void serialize(String value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.length() > StreamReadConstraints.DEFAULT_MAX_NAME_LEN) {
        throw JsonMappingException.from(
            out,
            "a key of more than " + StreamReadConstraints.DEFAULT_MAX_NAME_LEN + " characters");
      }
      if (Storable.hasHalfPair(value)) {
        throw JsonMappingException.from(out, "a key with half a surrogate pair, which is no text");
      }
      out.writeFieldName(value);
    }
  }

  private ValueMapper() {}
}

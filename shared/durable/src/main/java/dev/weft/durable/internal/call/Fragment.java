package dev.weft.durable.internal.call;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A piece of JSON that a message carries without looking into it.
 *
 * @param json UTF-8; shared, so do not change it
 */
@JsonSerialize(using = Fragment.Writer.class)
@JsonDeserialize(using = Fragment.Reader.class)
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Fragment(byte[] json) {

  /** The JSON null. */
  public static final Fragment NULL = new Fragment("null".getBytes(StandardCharsets.UTF_8));

  /** Writes the piece as it is. */
  static final class Writer extends StdSerializer<Fragment> {
    Writer() {
      super(Fragment.class);
    }

    @Override
    public void serialize(Fragment value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeRawValue(new String(value.json, StandardCharsets.UTF_8));
    }
  }

  /** Takes the piece out as bytes. */
  static final class Reader extends StdDeserializer<Fragment> {
    Reader() {
      super(Fragment.class);
    }

    @Override
    public Fragment deserialize(JsonParser in, DeserializationContext context) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
      try (JsonGenerator copy = in.getCodec().getFactory().createGenerator(bytes)) {
        copy.copyCurrentStructure(in);
      }
      return new Fragment(bytes.toByteArray());
    }

    /** What is not there is no fragment, other than what is null. */
    @Override
    @SuppressWarnings("NullAway") // Jackson does not say that it may be null
    public Object getAbsentValue(DeserializationContext context) {
      return null;
    }

    @Override
    public Fragment getNullValue(DeserializationContext context) {
      return NULL;
    }
  }
}

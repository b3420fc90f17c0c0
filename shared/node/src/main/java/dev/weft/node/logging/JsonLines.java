package dev.weft.node.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weft.mesh.CallContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * JSON lines: {@code ts}, {@code level}, {@code service}, {@code instance}, {@code msg}, {@code
 * logger}, {@code trace_id} and {@code request_id} of the call at work, then the line's own
 * key-values.
 */
final class JsonLines extends LineEncoder {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_BYTES = 256;
  private static volatile String instance = "";

  private final String service;

  JsonLines(String service) {
    this.service = service;
  }

  static void instance(String nodeId) {
    instance = nodeId;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("ts", event.getInstant().toString());
      out.writeStringField("level", event.getLevel().toString());
      out.writeStringField("service", service);
      if (!instance.isEmpty()) {
        out.writeStringField("instance", instance);
      }
      out.writeStringField("msg", event.getFormattedMessage());
      out.writeStringField("logger", event.getLoggerName());
      CallContext call = CallContext.current();
      if (call != null) {
        out.writeStringField("trace_id", call.traceId());
        out.writeStringField("request_id", call.requestId());
      }
      if (event.getKeyValuePairs() != null) {
        for (KeyValuePair pair : event.getKeyValuePairs()) {
          out.writeFieldName(pair.key);
          value(out, pair.value);
        }
      }
      if (event.getThrowableProxy() != null) {
        out.writeStringField(
            "error",
            hasTrace(event)
                ? ThrowableProxyUtil.asString(event.getThrowableProxy())
                : failure(event));
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void value(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Long number -> out.writeNumber(number);
      case Integer number -> out.writeNumber(number);
      case Double number -> out.writeNumber(number);
      case Boolean truth -> out.writeBoolean(truth);
      default -> out.writeString(value.toString());
    }
  }
}

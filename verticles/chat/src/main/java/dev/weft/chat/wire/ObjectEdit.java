package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of an object's fields; the fields that stay keep their bytes, and an object without
 * changes keeps its array. For one thread.
 */
public final class ObjectEdit {

  private final Fields fields;
  private final Map<String, byte @Nullable []> changes = new LinkedHashMap<>();

  public ObjectEdit(Fields fields) {
    this.fields = fields;
  }

  /** Takes a field away, if it is there. */
  public ObjectEdit remove(String name) {
    if (fields.get(name) != null) {
      changes.put(name, null);
    }
    return this;
  }

  /** Gives a field a value (JSON), in its place or at the end. */
  public ObjectEdit put(String name, byte[] json) {
    changes.put(name, json);
    return this;
  }

  /** Gives a field a value (JSON), in its place or at the end. */
  public ObjectEdit put(String name, String json) {
    return put(name, json.getBytes(UTF_8));
  }

  /** The object's bytes after the changes. */
  public byte[] bytes() {
    if (changes.isEmpty()) {
      return fields.bytes();
    }
    // Written twice, first to be measured: bodies may be large, and are copied once.
    Exact out = new Exact(0);
    write(out);
    out = new Exact(out.size());
    write(out);
    return out.bytes();
  }

  private void write(Exact out) {
    out.write('{');
    for (Fields.Field field : fields.list()) {
      if (!changes.containsKey(field.name())) {
        separate(out);
        out.write(fields.bytes(), field.nameStart(), field.end() - field.nameStart());
      } else if (changes.get(field.name()) instanceof byte[] json) {
        write(out, field.name(), json);
      }
    }
    changes.forEach(
        (name, json) -> {
          if (json != null && fields.get(name) == null) {
            write(out, name, json);
          }
        });
    out.write('}');
  }

  /** Bytes of a known number; of none, it only counts. */
  private static final class Exact extends ByteArrayOutputStream {
    private final boolean counting;

    Exact(int size) {
      super(size);
      counting = size == 0;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      if (counting) {
        count += length;
      } else {
        super.write(bytes, from, length);
      }
    }

    @Override
    public void write(int one) {
      if (counting) {
        count++;
      } else {
        super.write(one);
      }
    }

    byte[] bytes() {
      return buf;
    }
  }

  /** A text as a JSON string, quotes included. */
  public static byte[] quote(String text) {
    byte[] inner = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] out = new byte[inner.length + 2];
    out[0] = '"';
    System.arraycopy(inner, 0, out, 1, inner.length);
    out[out.length - 1] = '"';
    return out;
  }

  private static void write(Exact out, String name, byte[] json) {
    separate(out);
    out.writeBytes(quote(name));
    out.write(':');
    out.writeBytes(json);
  }

  private static void separate(Exact out) {
    if (out.size() > 1) {
      out.write(',');
    }
  }
}

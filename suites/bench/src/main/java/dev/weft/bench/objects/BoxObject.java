package dev.weft.bench.objects;

import dev.weft.durable.ObjectContext;
import dev.weft.durable.Storage;
import java.nio.ByteBuffer;

/** See {@link Box}. Reads its value in each turn, as an object does that keeps no fields. */
final class BoxObject implements Box {
  static final String KEY = "state";

  private final ObjectContext context;
  private final Storage storage;

  BoxObject(ObjectContext context) {
    this.context = context;
    storage = context.storage();
  }

  @Override
  public long add(long n) {
    long sum = value() + n;
    storage.put(KEY, valueOf(sum));
    return sum;
  }

  @Override
  public long addAndRecord(long n) {
    long sum = add(n);
    context.outbox(ADDED).add(new Added(n, sum));
    return sum;
  }

  @Override
  public long value() {
    return storage.get(KEY, byte[].class).map(value -> ByteBuffer.wrap(value).getLong()).orElse(0L);
  }

  static byte[] valueOf(long count) {
    return ByteBuffer.allocate(VALUE_BYTES).putLong(count).array();
  }
}

package dev.weft.durable.internal.view;

import dev.weft.durable.Outbox;
import dev.weft.durable.Projection;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.project.Records;
import dev.weft.durable.internal.store.WriteSet.OutboxRecord;

/** The outbox of an active object for one projection. */
final class OutboxView<R> implements Outbox<R> {
  private final Tenure tenure;
  private final String projection;
  private final Records<R> records;

  OutboxView(Tenure tenure, Projection<R> projection) {
    if (!projection.namespace().name().equals(tenure.id().namespace())) {
      throw new IllegalArgumentException(
          "The projection "
              + projection.name()
              + " is one of "
              + projection.namespace()
              + ", not of "
              + tenure.id().namespace()
              + ".");
    }
    this.tenure = tenure;
    this.projection = projection.name();
    this.records = new Records<>(projection);
  }

  @Override
  public void add(R record) {
    Turn turn = tenure.turns().current();
    byte[] bytes = records.encode(record);
    int stream = 0;
    long snapshot = 0;
    if (turn.event() instanceof TellEvent tell && tell.projection().equals(projection)) {
      stream = tell.stream();
      snapshot = tell.snapshot();
    }
    tenure
        .memory()
        .writes()
        .record(new OutboxRecord(projection, stream, OutboxRecord.RECORD, snapshot, bytes));
  }
}

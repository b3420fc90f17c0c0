package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statement that commits a batch: it moves the sequence of every object that is still where the
 * commit expects it, under the lock of its row, and changes only what belongs to these. What does
 * not occur in the batch is left out of the statement, since most batches only write keys.
 *
 * <p>Whether a change belongs to an object that passed is asked of a hashed sub-plan: {@code IS
 * TRUE} keeps the planner from making a join of it, which without hash joins would compare each
 * with each. Hash joins in turn are off so that a plan made while the tables were small never reads
 * them whole.
 */
final class CommitStatement {
  private static final int STATE = 1;
  private static final int PUT = 2;
  private static final int DELETE = 4;
  private static final int CLEAR = 8;
  private static final int SET_ALARM = 16;
  private static final int DELETE_ALARM = 32;
  private static final int REPLY = 64;
  private static final int RECORD = 128;
  private static final int KEY_EXPIRY = 256;
  private static final int SET_EXPIRY = 512;
  private static final int NO_EXPIRY = 1_024;
  private static final int TOPIC = 2_048;
  private static final int ITEM = 4_096;
  private static final int TRIM = 8_192;

  /** By shape; filled as shapes occur. A lost race costs a second build of the same text. */
  private static final String[] TEXTS = new String[16_384];

  private final List<Buffer> ids = new ArrayList<>();
  private final List<Long> epochs = new ArrayList<>();
  private final List<Long> seqs = new ArrayList<>();
  private final List<Integer> versions = new ArrayList<>();
  private final List<Boolean> releases = new ArrayList<>();
  private final List<Buffer> cleared = new ArrayList<>();
  private final List<Buffer> putIds = new ArrayList<>();
  private final List<Buffer> putKeys = new ArrayList<>();
  private final List<Buffer> putValues = new ArrayList<>();
  private final List<Buffer> deleteIds = new ArrayList<>();
  private final List<Buffer> deleteKeys = new ArrayList<>();
  private final List<Buffer> alarmIds = new ArrayList<>();
  private final List<String> alarmNames = new ArrayList<>();
  private final List<String> alarmNamespaces = new ArrayList<>();
  private final List<Integer> alarmSlots = new ArrayList<>();
  private final List<Long> alarmDue = new ArrayList<>();
  private final List<Long> alarmScheduled = new ArrayList<>();
  private final List<Integer> alarmFailures = new ArrayList<>();
  private final List<Buffer> noAlarmIds = new ArrayList<>();
  private final List<String> noAlarmNames = new ArrayList<>();
  private final List<Buffer> replyIds = new ArrayList<>();
  private final List<String> replyRequests = new ArrayList<>();
  private final List<Boolean> replyFailures = new ArrayList<>();
  private final List<Buffer> replyBodies = new ArrayList<>();
  private final List<@Nullable Long> putExpiries = new ArrayList<>();
  private final List<Buffer> recordIds = new ArrayList<>();
  private final List<String> recordProjections = new ArrayList<>();
  private final List<Integer> recordStreams = new ArrayList<>();
  private final List<Integer> recordKinds = new ArrayList<>();
  private final List<Long> recordSnapshots = new ArrayList<>();
  private final List<Buffer> recordBodies = new ArrayList<>();
  private final List<Buffer> expiryIds = new ArrayList<>();
  private final List<String> expiryNamespaces = new ArrayList<>();
  private final List<Long> expiryTimes = new ArrayList<>();
  private final List<Buffer> noExpiryIds = new ArrayList<>();
  private final List<Buffer> topicIds = new ArrayList<>();
  private final List<String> topicNames = new ArrayList<>();
  private final List<Long> topicSequences = new ArrayList<>();
  private final List<Long> topicTotals = new ArrayList<>();
  private final List<Long> topicEpochs = new ArrayList<>();
  private final List<Boolean> topicEnds = new ArrayList<>();
  private final List<Buffer> itemIds = new ArrayList<>();
  private final List<String> itemTopics = new ArrayList<>();
  private final List<Long> itemSequences = new ArrayList<>();
  private final List<Long> itemPrevious = new ArrayList<>();
  private final List<Long> itemTotals = new ArrayList<>();
  private final List<Buffer> itemValues = new ArrayList<>();
  private final List<Buffer> trimIds = new ArrayList<>();
  private final List<String> trimTopics = new ArrayList<>();
  private final List<Long> trimSequences = new ArrayList<>();
  private final List<Long> trimTotals = new ArrayList<>();
  private boolean state;
  private boolean keysExpire;

  /**
   * @param batch sorted by id, so that two lanes lock in the same order; each object once
   */
  CommitStatement(List<Commit> batch) {
    for (Commit commit : batch) {
      add(commit);
    }
  }

  private void add(Commit commit) {
    ObjectId object = commit.id();
    WriteSet writes = commit.writes();
    Buffer id = Params.id(object);
    ids.add(id);
    epochs.add(commit.epoch());
    seqs.add(commit.seq());
    versions.add(writes.version());
    releases.add(writes.release());
    state |= writes.version() > 0 || writes.release();
    if (writes.clear()) {
      cleared.add(id);
    }
    for (Map.Entry<Key, byte[]> entry : writes.entries().entrySet()) {
      byte[] value = entry.getValue();
      Buffer key = Params.bytes(entry.getKey().bytes());
      if (value != null) {
        putIds.add(id);
        putKeys.add(key);
        putValues.add(Params.bytes(value));
        putExpiries.add(writes.expiries().get(entry.getKey()));
      } else if (!writes.clear()) {
        deleteIds.add(id);
        deleteKeys.add(key);
      }
    }
    writes
        .alarms()
        .forEach(
            (name, row) -> {
              if (row != null) {
                alarmIds.add(id);
                alarmNames.add(name);
                alarmNamespaces.add(object.namespace());
                alarmSlots.add(object.slot());
                alarmDue.add(row.dueMillis());
                alarmScheduled.add(row.scheduledMillis());
                alarmFailures.add(row.failures());
              } else if (!writes.clear()) {
                noAlarmIds.add(id);
                noAlarmNames.add(name);
              }
            });
    keysExpire |= !writes.expiries().isEmpty();
    for (WriteSet.OutboxRecord record : writes.records()) {
      recordIds.add(id);
      recordProjections.add(record.projection());
      recordStreams.add(record.stream());
      recordKinds.add(record.kind());
      recordSnapshots.add(record.snapshot());
      recordBodies.add(Params.bytes(record.record()));
    }
    Long expires = writes.expiresMillis();
    if (expires != null && expires != 0) {
      expiryIds.add(id);
      expiryNamespaces.add(object.namespace());
      expiryTimes.add(expires);
    } else if (expires != null) {
      noExpiryIds.add(id);
    }
    writes.topics().forEach(topic -> add(id, topic));
    for (WriteSet.Reply reply : writes.replies()) {
      replyIds.add(id);
      replyRequests.add(reply.requestId());
      replyFailures.add(reply.failure());
      replyBodies.add(Params.bytes(reply.body()));
    }
  }

  private void add(Buffer id, TopicRows.TopicWrite write) {
    topicIds.add(id);
    topicNames.add(write.topic());
    topicSequences.add(write.row().sequence());
    topicTotals.add(write.row().total());
    topicEpochs.add(write.row().epoch());
    topicEnds.add(write.row().ended());
    for (TopicRows.ItemRow item : write.items()) {
      itemIds.add(id);
      itemTopics.add(write.topic());
      itemSequences.add(item.sequence());
      itemPrevious.add(item.previous());
      itemTotals.add(item.total());
      itemValues.add(Params.bytes(item.item()));
    }
    if (write.trimSequence() > 0 || write.trimTotal() > 0) {
      trimIds.add(id);
      trimTopics.add(write.topic());
      trimSequences.add(write.trimSequence());
      trimTotals.add(write.trimTotal());
    }
  }

  private int shape() {
    // Clearing spares what the same commit puts, so it comes with both lists, empty or not.
    boolean clear = !cleared.isEmpty();
    return (state ? STATE : 0)
        | (clear || !putIds.isEmpty() ? PUT : 0)
        | (deleteIds.isEmpty() ? 0 : DELETE)
        | (clear ? CLEAR : 0)
        | (clear || !alarmIds.isEmpty() ? SET_ALARM : 0)
        | (noAlarmIds.isEmpty() ? 0 : DELETE_ALARM)
        | (replyIds.isEmpty() ? 0 : REPLY)
        | (recordIds.isEmpty() ? 0 : RECORD)
        | (keysExpire ? KEY_EXPIRY : 0)
        | (expiryIds.isEmpty() ? 0 : SET_EXPIRY)
        | (noExpiryIds.isEmpty() ? 0 : NO_EXPIRY)
        | (topicIds.isEmpty() ? 0 : TOPIC)
        | (itemIds.isEmpty() ? 0 : ITEM)
        | (trimIds.isEmpty() ? 0 : TRIM);
  }

  /** The statement; answers the ids of the objects that were committed. */
  String text() {
    int shape = shape();
    String text = TEXTS[shape];
    if (text == null) {
      text = build(shape);
      TEXTS[shape] = text;
    }
    return text;
  }

  /** Its parameters, in the order in which {@link #build} numbers them. */
  Tuple parameters(String incarnation) {
    int shape = shape();
    List<Object> values = new ArrayList<>();
    values.add(incarnation);
    values.add(buffers(ids));
    values.add(longs(epochs));
    values.add(longs(seqs));
    if ((shape & STATE) != 0) {
      values.add(integers(versions));
      values.add(booleans(releases));
    }
    if ((shape & PUT) != 0) {
      values.add(buffers(putIds));
      values.add(buffers(putKeys));
      values.add(buffers(putValues));
      if ((shape & KEY_EXPIRY) != 0) {
        values.add(longs(putExpiries));
      }
    }
    if ((shape & DELETE) != 0) {
      values.add(buffers(deleteIds));
      values.add(buffers(deleteKeys));
    }
    if ((shape & SET_ALARM) != 0) {
      values.add(buffers(alarmIds));
      values.add(strings(alarmNames));
      values.add(strings(alarmNamespaces));
      values.add(integers(alarmSlots));
      values.add(longs(alarmDue));
      values.add(longs(alarmScheduled));
      values.add(integers(alarmFailures));
    }
    if ((shape & DELETE_ALARM) != 0) {
      values.add(buffers(noAlarmIds));
      values.add(strings(noAlarmNames));
    }
    if ((shape & CLEAR) != 0) {
      values.add(buffers(cleared));
    }
    if ((shape & REPLY) != 0) {
      values.add(buffers(replyIds));
      values.add(strings(replyRequests));
      values.add(booleans(replyFailures));
      values.add(buffers(replyBodies));
    }
    if ((shape & RECORD) != 0) {
      values.add(buffers(recordIds));
      values.add(strings(recordProjections));
      values.add(integers(recordStreams));
      values.add(integers(recordKinds));
      values.add(longs(recordSnapshots));
      values.add(buffers(recordBodies));
    }
    if ((shape & SET_EXPIRY) != 0) {
      values.add(buffers(expiryIds));
      values.add(strings(expiryNamespaces));
      values.add(longs(expiryTimes));
    }
    if ((shape & NO_EXPIRY) != 0) {
      values.add(buffers(noExpiryIds));
    }
    if ((shape & TOPIC) != 0) {
      values.add(buffers(topicIds));
      values.add(strings(topicNames));
      values.add(longs(topicSequences));
      values.add(longs(topicTotals));
      values.add(longs(topicEpochs));
      values.add(booleans(topicEnds));
    }
    if ((shape & ITEM) != 0) {
      values.add(buffers(itemIds));
      values.add(strings(itemTopics));
      values.add(longs(itemSequences));
      values.add(longs(itemPrevious));
      values.add(longs(itemTotals));
      values.add(buffers(itemValues));
    }
    if ((shape & TRIM) != 0) {
      values.add(buffers(trimIds));
      values.add(strings(trimTopics));
      values.add(longs(trimSequences));
      values.add(longs(trimTotals));
    }
    return Tuple.wrap(values);
  }

  private static String build(int shape) {
    Sql sql = new Sql();
    boolean state = (shape & STATE) != 0;
    sql.add("WITH fence AS (UPDATE do_object o SET seq = o.seq + 1, last_turn_at = now()");
    if (state) {
      sql.add(", version = CASE WHEN w.version > 0 THEN w.version ELSE o.version END");
      sql.add(", owner = CASE WHEN w.release THEN NULL ELSE o.owner END");
    }
    // The owner counts too: an object that was deleted has none.
    int me = sql.parameter();
    sql.add(" FROM ").unnest("bytea", "bigint", "bigint", state ? "int" : "", state ? "bool" : "");
    sql.add(" AS w(id, epoch, seq").add(state ? ", version, release)" : ")");
    sql.add(" WHERE o.id = w.id AND o.epoch = w.epoch AND o.seq = w.seq AND o.owner = $" + me);
    sql.add(" RETURNING o.id)");
    String put = "";
    if ((shape & PUT) != 0) {
      boolean expire = (shape & KEY_EXPIRY) != 0;
      sql.add(", put AS (INSERT INTO do_kv (object_id, key, value");
      sql.add(expire ? ", expires_millis) SELECT w.*" : ") SELECT w.*");
      put = sql.add(" FROM ").unnest("bytea", "bytea", "bytea", expire ? "bigint" : "");
      sql.add(" AS w(id, key, value").add(expire ? ", expires)" : ")");
      sql.add(" WHERE ").passed("w.id");
      // A value put without an expiry takes that of the one before away.
      sql.add(" ON CONFLICT (object_id, key) DO UPDATE SET value = excluded.value,");
      sql.add(" expires_millis = excluded.expires_millis)");
    }
    if ((shape & DELETE) != 0) {
      sql.add(", del AS (DELETE FROM do_kv k USING ").unnest("bytea", "bytea");
      sql.add(" AS w(id, key) WHERE k.object_id = w.id AND k.key = w.key AND ").passed("w.id");
      sql.add(")");
    }
    String set = "";
    if ((shape & SET_ALARM) != 0) {
      sql.add(", ring AS (INSERT INTO do_alarm (object_id, name, namespace, slot, due_millis,");
      sql.add(" scheduled_millis, failures, deliveries) SELECT w.*, 0");
      set = sql.add(" FROM ").unnest("bytea", "text", "text", "int", "bigint", "bigint", "int");
      sql.add(" AS w(id, name, namespace, slot, due, scheduled, failures) WHERE ").passed("w.id");
      sql.add(" ON CONFLICT (object_id, name) DO UPDATE SET due_millis = excluded.due_millis,");
      sql.add(" scheduled_millis = excluded.scheduled_millis, failures = excluded.failures,");
      sql.add(" deliveries = 0, claimed_until = NULL)");
    }
    if ((shape & DELETE_ALARM) != 0) {
      sql.add(", hush AS (DELETE FROM do_alarm a USING ").unnest("bytea", "text");
      sql.add(" AS w(id, name) WHERE a.object_id = w.id AND a.name = w.name AND ").passed("w.id");
      sql.add(")");
    }
    if ((shape & CLEAR) != 0) {
      // One statement may change a row only once: what is put is not deleted first.
      String ids = sql.add(", clear AS (DELETE FROM do_kv k USING ").unnest("bytea");
      sql.add(" AS w(id) WHERE k.object_id = w.id AND ").passed("w.id");
      sql.add(" AND ((k.object_id, k.key) IN (SELECT p.id, p.key FROM " + put);
      sql.add(" AS p(id, key, value))) IS NOT TRUE), clear_alarms AS (DELETE FROM do_alarm a");
      sql.add(" USING " + ids + " AS w(id) WHERE a.object_id = w.id AND ").passed("w.id");
      sql.add(" AND ((a.object_id, a.name) IN (SELECT p.id, p.name FROM " + set);
      sql.add(" AS p(id, name, namespace, slot, due, scheduled, failures))) IS NOT TRUE)");
      sql.add(", clear_items AS (DELETE FROM do_topic_item i USING " + ids + " AS w(id)");
      sql.add(" WHERE i.object_id = w.id AND ").passed("w.id");
      sql.add(")");
    }
    if ((shape & REPLY) != 0) {
      sql.add(", kept AS (INSERT INTO do_reply (object_id, request_id, failure, body, created_at)");
      sql.add(" SELECT w.*, now() FROM ").unnest("bytea", "text", "bool", "bytea");
      sql.add(" AS w(id, request, failure, body) WHERE ").passed("w.id");
      sql.add(" ON CONFLICT (object_id, request_id) DO NOTHING)");
    }
    if ((shape & RECORD) != 0) {
      // One row for each stream there is, in the order of the records: the position is drawn last.
      sql.add(", out AS (INSERT INTO do_outbox");
      sql.add(" (stream, kind, snapshot, object_id, record, created_at)");
      sql.add(" SELECT p.stream, w.kind, w.snapshot, w.id, w.record, now() FROM ");
      String ignored = sql.unnest("bytea", "text", "int", "int", "bigint", "bytea");
      sql.add(" WITH ORDINALITY AS w(id, projection, stream, kind, snapshot, record, nth)");
      sql.add(" JOIN do_projection p ON p.projection = w.projection AND p.state <> 'DEAD'");
      sql.add(" AND (w.stream = 0 OR w.stream = p.stream) WHERE ").passed("w.id");
      sql.add(" ORDER BY w.nth)");
    }
    if ((shape & SET_EXPIRY) != 0) {
      sql.add(", expire AS (INSERT INTO do_expiry (object_id, namespace, expires_millis)");
      String ignored = sql.add(" SELECT w.* FROM ").unnest("bytea", "text", "bigint");
      sql.add(" AS w(id, namespace, expires) WHERE ").passed("w.id");
      sql.add(" ON CONFLICT (object_id) DO UPDATE SET");
      sql.add(" expires_millis = excluded.expires_millis, taken_until = NULL)");
    }
    if ((shape & NO_EXPIRY) != 0) {
      String ignored = sql.add(", keep AS (DELETE FROM do_expiry e USING ").unnest("bytea");
      sql.add(" AS w(id) WHERE e.object_id = w.id AND ").passed("w.id");
      sql.add(")");
    }
    addTopics(sql, shape);
    return sql.add(" SELECT id FROM fence").toString();
  }

  private static void addTopics(Sql sql, int shape) {
    if ((shape & TOPIC) != 0) {
      sql.add(", topics AS (INSERT INTO do_topic");
      sql.add(" (object_id, topic, sequence, total, epoch, ended) SELECT w.* FROM ");
      String ignored = sql.unnest("bytea", "text", "bigint", "bigint", "bigint", "bool");
      sql.add(" AS w(id, topic, sequence, total, epoch, ended) WHERE ").passed("w.id");
      sql.add(" ON CONFLICT (object_id, topic) DO UPDATE SET sequence = excluded.sequence,");
      sql.add(" total = excluded.total, epoch = excluded.epoch, ended = excluded.ended)");
    }
    if ((shape & ITEM) != 0) {
      sql.add(", items AS (INSERT INTO do_topic_item");
      sql.add(" (object_id, topic, sequence, previous, total, item) SELECT w.* FROM ");
      String ignored = sql.unnest("bytea", "text", "bigint", "bigint", "bigint", "bytea");
      sql.add(" AS w(id, topic, sequence, previous, total, item) WHERE ").passed("w.id");
      sql.add(")");
    }
    if ((shape & TRIM) != 0) {
      String ignored =
          sql.add(", trim AS (DELETE FROM do_topic_item i USING ")
              .unnest("bytea", "text", "bigint", "bigint");
      sql.add(" AS w(id, topic, sequence, total) WHERE i.object_id = w.id AND i.topic = w.topic");
      sql.add(" AND (i.sequence <= w.sequence OR i.total <= w.total) AND ").passed("w.id");
      sql.add(")");
    }
  }

  /** Text that numbers its parameters. */
  private static final class Sql {
    private final StringBuilder text = new StringBuilder();
    private int count;

    Sql add(String more) {
      text.append(more);
      return this;
    }

    int parameter() {
      return ++count;
    }

    /** Arrays as columns; returns the text, for a second use of the same parameters. */
    String unnest(String... types) {
      StringBuilder arrays = new StringBuilder("unnest(");
      String comma = "";
      for (String type : types) {
        if (!type.isEmpty()) {
          arrays.append(comma).append('$').append(parameter());
          arrays.append("::").append(type).append("[]");
          comma = ", ";
        }
      }
      String made = arrays.append(')').toString();
      text.append(made);
      return made;
    }

    void passed(String id) {
      text.append('(').append(id).append(" IN (SELECT f.id FROM fence f)) IS TRUE");
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static Buffer[] buffers(List<Buffer> list) {
    return list.toArray(Buffer[]::new);
  }

  private static String[] strings(List<String> list) {
    return list.toArray(String[]::new);
  }

  private static @Nullable Long[] longs(List<@Nullable Long> list) {
    return list.toArray(Long[]::new);
  }

  private static Integer[] integers(List<Integer> list) {
    return list.toArray(Integer[]::new);
  }

  private static Boolean[] booleans(List<Boolean> list) {
    return list.toArray(Boolean[]::new);
  }
}

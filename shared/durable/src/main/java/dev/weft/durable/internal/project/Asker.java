package dev.weft.durable.internal.project;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Projector;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every object of a namespace what the tables that are being built are to have of it: first
 * all there are, in the order of their ids, then those that were passed over since. One node asks
 * at a time; that an object is asked twice does no harm.
 *
 * <p>Straight code, for a virtual thread.
 */
final class Asker {
  private static final Logger log = LoggerFactory.getLogger(Asker.class);
  private static final String S = ObjectStore.SCHEMA + ".";
  private static final long PAGE = 64;

  private static final String TAKE =
      "UPDATE "
          + S
          + "do_projection SET asker = $2, asks_until = now() + interval '60 seconds'"
          + " WHERE stream = $1 AND state = 'BUILDING'"
          + " AND (asker IS NULL OR asker = $2 OR asks_until < now())"
          + " RETURNING asked, asked_all";

  private static final String OBJECTS =
      "SELECT id FROM "
          + S
          + "do_object WHERE namespace = $1 AND id > $2 AND version >= 0 ORDER BY id LIMIT $3";

  private static final String GO_ON =
      "UPDATE "
          + S
          + "do_projection SET asked = $3, asked_all = $4 WHERE stream = $1 AND asker = $2";

  private static final String WANT =
      "INSERT INTO "
          + S
          + "do_projected (stream, object_id, asked_at)"
          + " SELECT $1::int, w.id, now() FROM unnest($2::bytea[]) AS w(id)"
          + " ON CONFLICT (stream, object_id) DO NOTHING";

  // One that has been asked has told, which only waits to be applied, or could not.
  private static final String WANTED =
      "UPDATE "
          + S
          + "do_projected SET asked_at = now() WHERE (stream, object_id) IN (SELECT stream,"
          + " object_id FROM "
          + S
          + "do_projected WHERE stream = $1 AND snapshot IS NULL"
          + " AND (asked_at IS NULL OR asked_at < now() - interval '10 seconds') LIMIT $2)"
          + " AND snapshot IS NULL RETURNING object_id, passed";

  // If another record of it was passed over meanwhile, it has been made anew: it is asked again.
  private static final String NOTHING =
      "UPDATE "
          + S
          + "do_projected SET snapshot = 0"
          + " WHERE stream = $1 AND object_id = $2 AND passed = $3 AND snapshot IS NULL";

  private final Projector<?> projector;
  private final Question question;
  private final String nodeId;

  /** Asks one object. */
  @FunctionalInterface
  interface Question {
    /**
     * Completes when what the object has is in the outbox, for good.
     *
     * @param snapshot tells this telling from others
     */
    Future<Void> ask(ObjectId id, int stream, long snapshot);
  }

  Asker(Projector<?> projector, Question question, String nodeId) {
    this.projector = projector;
    this.question = question;
    this.nodeId = nodeId;
  }

  /** Asks some; whether there are more to be asked now. */
  boolean step(ProjectionStream stream) {
    RowSet<Row> taken =
        projector.pool().preparedQuery(TAKE).execute(Tuple.of(stream.number(), nodeId)).await();
    for (Row row : taken) {
      return row.getBoolean(1) ? askWanted(stream) : askNext(stream, row.getBuffer(0));
    }
    return false;
  }

  private boolean askNext(ProjectionStream stream, Buffer after) {
    List<Buffer> ids = new ArrayList<>();
    String namespace = projector.projection().namespace().name();
    projector
        .pool()
        .preparedQuery(OBJECTS)
        .execute(Tuple.of(namespace, after, PAGE))
        .await()
        .forEach(row -> ids.add(row.getBuffer(0)));
    List<Buffer> failed = new ArrayList<>();
    List<Future<Answer>> answers = ids.stream().map(id -> ask(stream, id)).toList();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).await() == Answer.FAILED) {
        failed.add(ids.get(i));
      }
    }
    if (!failed.isEmpty()) {
      projector
          .pool()
          .preparedQuery(WANT)
          .execute(Tuple.of(stream.number()).addValue(failed.toArray(Buffer[]::new)))
          .await();
    }
    boolean all = ids.size() < PAGE;
    projector
        .pool()
        .preparedQuery(GO_ON)
        .execute(Tuple.of(stream.number(), nodeId, ids.isEmpty() ? after : ids.getLast(), all))
        .await();
    return true;
  }

  private boolean askWanted(ProjectionStream stream) {
    List<Row> rows = new ArrayList<>();
    projector
        .pool()
        .preparedQuery(WANTED)
        .execute(Tuple.of(stream.number(), PAGE))
        .await()
        .forEach(rows::add);
    List<Future<Answer>> answers = rows.stream().map(row -> ask(stream, row.getBuffer(0))).toList();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).await() == Answer.NOTHING) {
        Row row = rows.get(i);
        projector
            .pool()
            .preparedQuery(NOTHING)
            .execute(Tuple.of(stream.number(), row.getBuffer(0), row.getLong(1)))
            .await();
      }
    }
    return rows.size() == PAGE;
  }

  private enum Answer {
    TOLD,
    NOTHING,
    FAILED
  }

  private Future<Answer> ask(ProjectionStream stream, Buffer id) {
    ObjectId object = OutboxRow.id(projector.projection().namespace().name(), id, null);
    // Never 0, which is no telling.
    long snapshot = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return question
        .ask(object, stream.number(), snapshot)
        .map(Answer.TOLD)
        .recover(
            failure -> {
              if (failure instanceof WeftException known
                  && known.error().code().equals("object:id.not_found")) {
                return Future.succeededFuture(Answer.NOTHING);
              }
              log.atWarn()
                  .addKeyValue("projection", projector.projection().name())
                  .addKeyValue("object", object)
                  .setCause(failure)
                  .log("An object does not tell what it has for a projection; it is asked again");
              return Future.succeededFuture(Answer.FAILED);
            });
  }
}

package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.Instance;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceReply;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceRequest.Action;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.ObjectStore.ObjectRow;
import dev.weft.durable.internal.store.ObjectStore.ProjectionRow;
import dev.weft.durable.internal.store.ObjectStore.Range;
import dev.weft.json.Json;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at objects: what is stored from the database, what runs from the owner. */
public final class Inspection implements ObjectInspector {
  private static final int MAX_LIST = 1_000;
  private static final int MAX_EPOCHS = 16;
  private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]{64}");

  /** The owner, any node if that is gone, and whom that names. */
  private static final int DELETE_ATTEMPTS = 3;

  private final ObjectStore store;
  private final Instance instances;

  public Inspection(ObjectStore store, Instance instances) {
    this.store = store;
    this.instances = instances;
  }

  @Override
  public Future<List<Summary>> list(
      String namespace, String namePrefix, @Nullable String after, int limit) {
    return asked(
        () -> {
          ObjectNames.checkText("A namespace", namespace, ObjectErrors::badQuestion);
          ObjectNames.checkText("The beginning of a name", namePrefix, ObjectErrors::badQuestion);
          if (after != null && !DIGITS.matcher(after).matches()) {
            throw ObjectErrors.badQuestion(
                "A page begins after an object id of 64 hexadecimal digits, not after '"
                    + after
                    + "'.");
          }
          return store
              .list(namespace, namePrefix, after, Math.clamp(limit, 1, MAX_LIST))
              .map(rows -> rows.stream().map(Inspection::summary).toList());
        });
  }

  /** What cannot be asked fails the future, as what cannot be answered does. */
  private static <T> Future<T> asked(Supplier<Future<T>> question) {
    try {
      return question.get();
    } catch (RejectedExecutionException e) {
      // Vert.x is closed.
      return Future.failedFuture(ObjectErrors.stopped());
    } catch (WeftException e) {
      return Future.failedFuture(e);
    }
  }

  private static Summary summary(ObjectRow row) {
    return new Summary(
        row.id().hex(),
        row.id().name().orElse(null),
        row.ownerNodeId(),
        row.epoch(),
        row.seq(),
        row.version(),
        Instant.ofEpochMilli(row.lastTurnMillis()));
  }

  @Override
  public Future<Details> inspect(ObjectId id) {
    return asked(() -> details(id));
  }

  private Future<Details> details(ObjectId id) {
    Future<@Nullable InstanceReply> instance = look(id);
    Future<Summary> summary =
        store.find(id).map(row -> summary(row.orElseThrow(() -> ObjectErrors.noObject(id))));
    Future<List<StoredKey>> keys =
        store
            .keys(id, new Range(null, true, null, false, MAX_LIST))
            .map(
                rows ->
                    rows.stream()
                        .map(row -> new StoredKey(row.key().text(), row.valueBytes()))
                        .toList());
    Future<List<SetAlarm>> alarms =
        store
            .alarms(id)
            .map(
                rows ->
                    rows.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(
                            row ->
                                new SetAlarm(
                                    row.getKey(),
                                    Instant.ofEpochMilli(row.getValue().dueMillis()),
                                    row.getValue().failures()))
                        .toList());
    Future<List<Ownership>> epochs =
        store
            .epochs(id, MAX_EPOCHS)
            .map(
                rows ->
                    rows.stream()
                        .map(
                            row ->
                                new Ownership(
                                    row.epoch(),
                                    row.nodeId(),
                                    Instant.ofEpochMilli(row.sinceMillis())))
                        .toList());
    return Future.all(List.of(instance, summary, keys, alarms, epochs))
        .map(
            _ ->
                new Details(
                    summary.result(),
                    part(instance.result(), InstanceReply::active, Active.class),
                    keys.result(),
                    alarms.result(),
                    epochs.result(),
                    part(instance.result(), InstanceReply::failing, Failing.class)));
  }

  private static <T> @Nullable T part(
      @Nullable InstanceReply reply,
      Function<InstanceReply, @Nullable Fragment> which,
      Class<T> type) {
    Fragment json = reply == null ? null : which.apply(reply);
    return json == null ? null : Json.decode(json.json(), type);
  }

  private Future<@Nullable InstanceReply> look(ObjectId id) {
    return owned(id)
        .compose(
            node ->
                node == null
                    ? Future.<@Nullable InstanceReply>succeededFuture(null)
                    : instances.ask(node, id, Action.LOOK).otherwiseEmpty());
  }

  private Future<@Nullable String> owned(ObjectId id) {
    return store.find(id).map(row -> row.map(ObjectRow::ownerNodeId).orElse(null));
  }

  @Override
  public Future<Boolean> evict(ObjectId id) {
    return asked(() -> act(id, Action.EVICT));
  }

  @Override
  public Future<Boolean> reset(ObjectId id) {
    return asked(() -> act(id, Action.RESET));
  }

  @Override
  public Future<Boolean> delete(ObjectId id) {
    return asked(
        () ->
            store
                .find(id)
                .compose(
                    row ->
                        row.isEmpty()
                            ? Future.succeededFuture(false)
                            : remove(id, Action.DELETE, row.get().ownerNodeId(), 1)));
  }

  /** Has the owner of an object delete it if it has expired. */
  Future<Boolean> expire(ObjectId id) {
    return owned(id).compose(node -> remove(id, Action.EXPIRE, node, 1));
  }

  private Future<Boolean> remove(ObjectId id, Action how, @Nullable String node, int attempt) {
    return instances
        .ask(node, id, how)
        .map(reply -> reply.done())
        .recover(
            failure ->
                attempt == DELETE_ATTEMPTS || !(failure instanceof WeftException error)
                    ? Future.failedFuture(failure)
                    : remove(id, how, ObjectErrors.owner(error.error()), attempt + 1));
  }

  @Override
  public Future<List<ProjectionStatus>> projections() {
    return asked(
        () -> store.projections().map(rows -> rows.stream().map(Inspection::status).toList()));
  }

  private static ProjectionStatus status(ProjectionRow row) {
    return new ProjectionStatus(
        row.name(),
        row.namespace(),
        row.version(),
        row.building(),
        row.waiting(),
        row.oldestMillis(),
        row.held().stream()
            .map(
                held ->
                    new HeldObject(
                        held.id().hex(),
                        held.id().name().orElse(null),
                        held.failures(),
                        Instant.ofEpochMilli(held.retryMillis()),
                        held.error()))
            .toList());
  }

  @Override
  public Future<Boolean> rebuild(String projection) {
    return asked(
        () -> {
          ObjectNames.checkText("A projection's name", projection, ObjectErrors::badQuestion);
          return store.rebuild(projection);
        });
  }

  private Future<Boolean> act(ObjectId id, Action action) {
    return owned(id)
        .compose(
            node ->
                node == null
                    ? Future.succeededFuture(false)
                    : instances.ask(node, id, action).map(reply -> reply.done()));
  }
}

package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.host.Host;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for objects and keys that have expired, and has them deleted, some at a time. */
public final class Expirer extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(Expirer.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final int OBJECTS = 100;
  private static final int KEYS = 1_000;

  /** Another node may try when this one has not managed by then. */
  private static final Duration HOLD = Duration.ofSeconds(30);

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private final Host host;
  private final Function<ObjectId, Future<Boolean>> removal;
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * @param removal has the owner of an object delete it if it has expired
   */
  public Expirer(Host host, Function<ObjectId, Future<Boolean>> removal) {
    this.host = host;
    this.removal = removal;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(LOOK_MILLIS, _ -> look());
    return Future.succeededFuture();
  }

  private void look() {
    List<String> namespaces = List.copyOf(host.namespaces());
    if (namespaces.isEmpty()
        || host.isDraining()
        || host.incarnation() == null
        || !looking.compareAndSet(false, true)) {
      return;
    }
    Future.join(objects(namespaces), keys())
        .timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            (_, failure) -> {
              looking.set(false);
              if (failure != null) {
                log.atDebug().setCause(failure).log("what has expired is not deleted yet");
              }
            });
  }

  private Future<Void> objects(List<String> namespaces) {
    return host.store()
        .takeExpired(namespaces, HOLD, OBJECTS)
        .compose(
            expired ->
                Future.join(expired.stream().map(removal).toList())
                    .<Void>mapEmpty()
                    .compose(
                        _ ->
                            expired.size() < OBJECTS || host.isDraining()
                                ? Future.succeededFuture()
                                : objects(namespaces)));
  }

  private Future<Void> keys() {
    return host.store()
        .deleteExpiredKeys(KEYS)
        .compose(count -> count < KEYS || host.isDraining() ? Future.succeededFuture() : keys());
  }
}

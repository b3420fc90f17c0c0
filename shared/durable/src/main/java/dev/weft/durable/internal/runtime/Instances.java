package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectInspector.Active;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceReply;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceRequest.Action;
import dev.weft.json.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What can be seen of the instances on this node, and done with them from outside. */
final class Instances {
  private static final InstanceReply NONE = new InstanceReply(false, null);

  private final Host host;

  private final Deletion deletion;

  Instances(Host host) {
    this.host = host;
    this.deletion = new Deletion(host);
  }

  Future<InstanceReply> handle(ObjectId id, Action action) {
    if (action == Action.DELETE) {
      return deletion.delete(id).map(done -> new InstanceReply(done, null));
    }
    Activation activation = host.find(id);
    if (activation == null) {
      return Future.succeededFuture(NONE);
    }
    return switch (action) {
      case LOOK ->
          Future.succeededFuture(
              new InstanceReply(true, new Fragment(Json.encodeBytes(look(activation)))));
      case EVICT -> Future.succeededFuture(new InstanceReply(evict(activation), null));
      case RESET -> {
        reset(activation, "was reset by an operator.");
        yield Future.succeededFuture(new InstanceReply(true, null));
      }
      case DELETE -> throw new IllegalArgumentException("needs no instance");
    };
  }

  /** Drops an instance that nothing keeps. */
  static boolean evict(Activation activation) {
    if (!pins(activation).isEmpty()) {
      return false;
    }
    activation.release();
    return true;
  }

  static void reset(Activation activation, String why) {
    activation.endAsSent(ObjectErrors.reset(activation.id(), why, Outcome.UNKNOWN));
  }

  /** Why an instance may not be dropped now. */
  static List<String> pins(Activation activation) {
    List<String> pins = new ArrayList<>(0);
    if (activation.state() != Activation.State.READY) {
      pins.add(activation.state().name().toLowerCase(Locale.ROOT));
    }
    if (activation.queue().begun() > 0) {
      pins.add("turn");
    }
    if (activation.queue().waiting() > 0) {
      pins.add("queue");
    }
    if (!activation.commits().isClean() || activation.gate().held() > 0) {
      pins.add("commit");
    }
    if (activation.watchers() > 0) {
      pins.add("watchers");
    }
    return pins;
  }

  private static Active look(Activation activation) {
    return new Active(
        activation.state().name().toLowerCase(Locale.ROOT),
        activation.idleNanos() / 1_000_000,
        activation.queue().waiting(),
        activation.queue().begun(),
        (int) (activation.gate().sealed() - activation.gate().durable()),
        activation.watchers(),
        (int) Math.min(activation.memory().cache().bytes(), Integer.MAX_VALUE),
        pins(activation),
        activation.turns().log().last());
  }
}

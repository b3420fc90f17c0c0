package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectInspector.Active;
import dev.weft.durable.ObjectInspector.Failing;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceReply;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceRequest.Action;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.instance.LifeCycle;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.json.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What can be seen of the instances on this node, and done with them from outside. */
public final class Instances {
  private static final InstanceReply NONE = new InstanceReply(false, null, null);

  private final Host host;

  private final Deletion deletion;

  public Instances(Host host) {
    this.host = host;
    this.deletion = new Deletion(host);
  }

  /** Does what an operator asks. */
  public Future<InstanceReply> handle(ObjectId id, Action action) {
    Failing failing = host.failing(id);
    if (failing != null && action == Action.LOOK) {
      return Future.succeededFuture(
          new InstanceReply(true, null, new Fragment(Json.encodeBytes(failing))));
    }
    if (failing != null && action != Action.EXPIRE) {
      host.tryAtOnce(id);
    }
    if (action == Action.DELETE) {
      return deletion.delete(id).map(done -> new InstanceReply(done, null, null));
    }
    if (action == Action.EXPIRE) {
      return deletion.expire(id).map(done -> new InstanceReply(done, null, null));
    }
    Activation activation = host.find(id);
    if (activation == null) {
      return Future.succeededFuture(NONE);
    }
    return switch (action) {
      case LOOK ->
          Future.succeededFuture(
              new InstanceReply(true, new Fragment(Json.encodeBytes(look(activation))), null));
      case EVICT -> Future.succeededFuture(new InstanceReply(evict(activation), null, null));
      case RESET -> {
        reset(activation, "was reset by an operator.");
        yield Future.succeededFuture(new InstanceReply(true, null, null));
      }
      case DELETE, EXPIRE -> throw new IllegalArgumentException("needs no instance");
    };
  }

  /** Drops an instance that nothing keeps. */
  public static boolean evict(Activation activation) {
    if (!pins(activation).isEmpty()) {
      return false;
    }
    activation.release();
    return true;
  }

  /** Ends an instance, whatever it does. */
  public static void reset(Activation activation, String why) {
    activation.endAsSent(ObjectErrors.reset(activation.id(), why, Outcome.UNKNOWN));
  }

  /** Why an instance may not be dropped now. */
  static List<String> pins(Activation activation) {
    List<String> pins = new ArrayList<>(0);
    LifeCycle.State<Tenure> state = activation.state();
    if (!(state instanceof LifeCycle.Living<Tenure>)) {
      pins.add(state.word());
    }
    if (activation.begun() > 0) {
      pins.add("turn");
    }
    if (activation.waiting() > 0) {
      pins.add("queue");
    }
    Tenure tenure = activation.tenure();
    if (tenure != null && !tenure.isClean()) {
      pins.add("commit");
    }
    if (activation.activity().watchers() > 0) {
      pins.add("watchers");
    }
    return pins;
  }

  private static Active look(Activation activation) {
    Tenure tenure = activation.tenure();
    return new Active(
        activation.state().word(),
        activation.activity().idleNanos() / 1_000_000,
        activation.waiting(),
        activation.begun(),
        tenure == null ? 0 : tenure.uncommitted(),
        activation.activity().watchers()
            + (tenure == null ? 0 : tenure.memory().topics().watchers()),
        tenure == null ? 0 : (int) Math.min(tenure.memory().cache().bytes(), Integer.MAX_VALUE),
        pins(activation),
        tenure == null ? List.of() : tenure.turns().log().last());
  }
}

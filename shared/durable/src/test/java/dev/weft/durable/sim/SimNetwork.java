package dev.weft.durable.sim;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.sim.Ledger.Attempt;
import dev.weft.durable.sim.World.Place;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Cancellation;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The bus between nodes: messages overtake each other, and get lost. */
final class SimNetwork {
  private static final Set<String> ENDPOINTS =
      Set.of(
          ObjectEndpoints.call(ScriptedObject.LEASED).name(),
          ObjectEndpoints.call(ScriptedObject.STRICT).name(),
          ObjectEndpoints.alarm(ScriptedObject.LEASED.name()).name(),
          ObjectEndpoints.alarm(ScriptedObject.STRICT.name()).name());

  private final World world;
  private final Ledger ledger;
  private final Faults faults;
  private final Map<String, SimNode> nodes = new LinkedHashMap<>();
  private final Map<String, ObjectId> ids = new LinkedHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Consumer<Directory>> listeners = new ArrayList<>();

  /** A call that is to be answered, by a node that may be gone before. */
  private record Waiting(Place from, String node, Promise<ObjectReply> answer) {}

  SimNetwork(World world, Ledger ledger, Faults faults, List<ObjectId> objects) {
    this.world = world;
    this.ledger = ledger;
    this.faults = faults;
    objects.forEach(id -> ids.put(id.hex(), id));
  }

  List<SimNode> nodes() {
    return List.copyOf(nodes.values());
  }

  void joins(SimNode node) {
    nodes.put(node.place.name, node);
    changed();
  }

  /** A node is gone, with all that it was asked. */
  void leaves(SimNode node) {
    nodes.remove(node.place.name);
    changed();
    for (Waiting each : List.copyOf(waiting)) {
      if (each.node.equals(node.place.name)) {
        fail(each.from, "hears that " + each.node + " is gone", Outcome.UNKNOWN, each.answer);
      }
    }
  }

  void changed() {
    Directory directory = directory();
    listeners.forEach(listener -> listener.accept(directory));
  }

  /** The bus as a node sees it. */
  Mesh mesh(Place from) {
    return SimVertx.proxy(
        Mesh.class,
        (method, args) ->
            switch (method) {
              case "nodeId" -> from.name;
              case "directory" -> directory();
              case "call" -> send(from, null, args[1]);
              case "callNode" -> send(from, (String) args[0], args[2]);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private Directory directory() {
    return new Directory() {
      @Override
      public List<NodeInfo> nodes() {
        return nodes.values().stream().filter(node -> !node.draining).map(this::info).toList();
      }

      private NodeInfo info(SimNode node) {
        String id = node.place.name;
        return new NodeInfo(id, id, "", NodeState.READY, ENDPOINTS, 0, Instant.EPOCH);
      }

      @Override
      public @Nullable Instant missingSince(String service) {
        return null;
      }

      @Override
      public void onChange(Consumer<Directory> listener) {
        listeners.add(listener);
      }
    };
  }

  private Future<ObjectReply> send(Place from, @Nullable String to, Object request) {
    return switch (request) {
      case ObjectRequest call -> call(from, to, call);
      case ObjectEndpoints.DueAlarm due -> alarm(from, to, due);
      default -> throw new UnsupportedOperationException(request.toString());
    };
  }

  private Future<ObjectReply> call(Place from, @Nullable String to, ObjectRequest request) {
    String args = text(request.args());
    long number = Long.parseLong(args.substring(1, args.length() - 1));
    Attempt attempt = ledger.sent(number, request.stub(), request.sequence());
    return send(
        from,
        to,
        attempt.name,
        node ->
            node.host
                .call(id(request.id()), request, context(attempt.name))
                .onSuccess(reply -> ledger.answered(attempt, number(reply)))
                .onFailure(
                    failure -> ledger.failed(attempt, WeftException.from("sim", failure).error())));
  }

  private Future<ObjectReply> alarm(Place from, @Nullable String to, ObjectEndpoints.DueAlarm due) {
    return send(
        from,
        to,
        "alarm " + due.alarm(),
        node -> node.host.alarm(id(due.id()), due).map(ObjectReply.NOTHING));
  }

  private ObjectId id(String hex) {
    return Objects.requireNonNull(ids.get(hex));
  }

  private Future<ObjectReply> send(
      Place from,
      @Nullable String to,
      String what,
      Function<SimNode, Future<ObjectReply>> handler) {
    Promise<ObjectReply> answer = Promise.promise();
    SimNode node = to == null ? null : nodes.get(to);
    if (node == null) {
      fail(from, "finds no node for " + what, Outcome.NOT_EXECUTED, answer);
    } else if (faults.requestIsLost()) {
      fail(from, "loses " + what, Outcome.UNKNOWN, answer);
    } else {
      Waiting open = new Waiting(from, node.place.name, answer);
      waiting.add(open);
      world.later(
          node.place,
          what + " arrives",
          () ->
              handler
                  .apply(node)
                  .onComplete((reply, failure) -> answer(node, what, open, reply, failure)));
    }
    return answer.future();
  }

  private void answer(
      SimNode node,
      String asked,
      Waiting open,
      @Nullable ObjectReply reply,
      @Nullable Throwable failure) {
    String what = asked + " is answered" + (failure == null ? "" : ": " + failure);
    world.note(node.place, what);
    waiting.remove(open);
    // A refusal by a full mailbox counts as the call's place in the order: it must arrive.
    if (!isOverload(failure) && faults.replyIsLost()) {
      fail(open.from, "loses the answer to " + asked, Outcome.UNKNOWN, open.answer);
    } else {
      world.later(
          open.from,
          "hears: " + what,
          () -> {
            if (failure == null) {
              open.answer.tryComplete(reply);
            } else {
              open.answer.tryFail(failure);
            }
          });
    }
  }

  private static long number(ObjectReply reply) {
    return Long.parseLong(text(Objects.requireNonNull(reply.value())));
  }

  private static String text(Fragment json) {
    return new String(json.json(), StandardCharsets.UTF_8);
  }

  private static boolean isOverload(@Nullable Throwable failure) {
    return failure instanceof WeftException weft
        && weft.error().code().equals("object:mailbox.overloaded");
  }

  static CallContext context(String name) {
    long never = System.nanoTime() + 3_600_000_000_000L;
    return new CallContext(name, "", never, null, null, List.of(), new Cancellation());
  }

  private void fail(Place from, String what, Outcome outcome, Promise<ObjectReply> answer) {
    WeftException failure =
        WeftError.of("mesh:node", Reason.UNAVAILABLE, what).withOutcome(outcome).exception();
    world.later(from, what, () -> answer.tryFail(failure));
  }
}

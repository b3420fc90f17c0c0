package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.trust.KnownNode;
import dev.weft.mesh.trust.KnownNodes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what other nodes send to this one and hands it on; never waits. All on one event-loop
 * context, so what one node sends is seen in order.
 */
final class Inbox {
  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  /** Beyond this the bus drops messages; nothing here waits, so it is never near. */
  private static final int MAX_BUFFERED = 1_000_000;

  private static final long LOOK_MILLIS = 500;

  /** On a message in parts that is given up: by who receives it. */
  private static final String RECEIVED = "rcv";

  private final MeshCore core;
  private final Context context;
  private final Bus bus;
  private final NodeDirectory directory;
  private final ClusterMembers members;
  private final PartReceiver parts;
  private @Nullable MessageConsumer<Buffer> consumer;
  private long timer = -1;

  Inbox(MeshCore core, Context context, Bus bus, NodeDirectory directory, ClusterMembers members) {
    this.members = members;
    this.core = core;
    this.context = context;
    this.bus = bus;
    this.directory = directory;
    this.parts = new PartReceiver(context, core.options().budget(), new Messages());
  }

  /** Opens the inbox; on its context. */
  Future<Void> open(EventBus eventBus, String clusterId) {
    MessageConsumer<Buffer> opened =
        eventBus.consumer(
            new MessageConsumerOptions()
                .setAddress(Wire.inbox(clusterId))
                .setMaxBufferedMessages(MAX_BUFFERED));
    consumer = opened;
    opened.handler(this::receive);
    long silence = core.options().streamSilence().toNanos();
    timer =
        core.vertx()
            .setPeriodic(
                LOOK_MILLIS,
                _ -> {
                  long now = System.nanoTime();
                  parts.expire(now, silence);
                  bus.expire(now, silence);
                });
    return opened.completion();
  }

  Future<Void> close() {
    core.vertx().cancelTimer(timer);
    context.runOnContext(_ -> parts.close());
    MessageConsumer<Buffer> opened = consumer;
    return opened == null ? Future.succeededFuture() : opened.unregister();
  }

  private void receive(Message<Buffer> message) {
    MultiMap headers = message.headers();
    try {
      String from = Wire.text(headers, Wire.FROM);
      if (!isOf(from, headers, message.body())) {
        return;
      }
      Wire.Kind kind = Wire.Kind.of(headers.get(Wire.KIND));
      if (kind != null && isHeeded(kind, from, headers)) {
        receive(kind, directory.peer(from), headers, message.body());
      } // a kind of a later version is none of ours
    } catch (IllegalArgumentException | WeftException e) {
      log.atWarn()
          .addKeyValue("kind", headers.get(Wire.KIND))
          .addKeyValue("from", headers.get(Wire.FROM))
          .setCause(e)
          .log("message from another node is malformed and ignored");
    }
  }

  /** Whether the message is of the node that it names; before anything else of it is read. */
  private boolean isOf(String from, MultiMap headers, Buffer body) {
    KnownNodes known = members.known();
    if (known == null) {
      return true; // a cluster without certificates
    }
    KnownNode sender = known.sender(from, headers, body);
    if (sender != null) {
      members.heard(sender.record());
    }
    return sender != null;
  }

  /**
   * Whether the message still counts. What comes after a node's good-bye was sent by a thread that
   * had not heard of it, and its caller has been told already: to begin it could be to do it twice.
   */
  private boolean isHeeded(Wire.Kind kind, String from, MultiMap headers) {
    boolean request = kind == Wire.Kind.CALL || kind == Wire.Kind.OPEN;
    if (directory.saidGoodBye(from)) {
      log.atDebug().addKeyValue("kind", kind).log("message of a node that has left is ignored");
      return false;
    }
    if (request && directory.isGone(from)) {
      long id = Wire.number(headers, Wire.ID);
      bus.send(from, Wire.headers(Wire.Kind.REFUSED, id), Buffer.buffer(0));
      return false;
    }
    return true;
  }

  private void receive(Wire.Kind kind, Peer peer, MultiMap headers, Buffer body) {
    if (headers.get(Wire.SIZE) != null) {
      parts.begin(kind, peer, headers);
    } else {
      receive(kind, peer, headers, body, null);
    }
  }

  /** A message that is whole. */
  private void receive(
      Wire.Kind kind, Peer peer, MultiMap headers, Buffer body, ByteBudget.@Nullable Hold room) {
    switch (kind) {
      case BEAT -> directory.heard(peer, Bodies.decode(body, Beat.class));
      case LEAVING -> directory.goodBye(peer);
      case ALIVE -> StreamPulse.received(peer, Bodies.decode(body, StreamPulse.Alive.class), bus);
      case CALL, OPEN -> request(kind, peer, Wire.number(headers, Wire.ID), headers, body, room);
      case PART -> parts.part(peer, headers, body);
      case MORE -> {
        PartSender sender = bus.partsTo(peer);
        if (sender != null) {
          sender.credit(Wire.number(headers, Wire.TRANSFER), Wire.number(headers, Wire.CREDIT));
        }
      }
      case DROP -> dropped(peer, Wire.number(headers, Wire.TRANSFER), headers);
      case CREDIT -> credit(peer, headers);
      case CANCEL -> {
        Peer.ServedLink call = peer.served.get(Wire.number(headers, Wire.ID));
        if (call != null) {
          call.abandon();
        }
      }
      case REPLY, ERROR, REFUSED, ITEMS, END ->
          answer(kind, peer, Wire.number(headers, Wire.ID), headers, body);
    }
  }

  private void credit(Peer peer, MultiMap headers) {
    Peer.ServedLink call = peer.served.get(Wire.number(headers, Wire.ID));
    long cost = Wire.number(headers, Wire.CREDIT);
    if (call != null && cost > 0) {
      call.alive();
      call.credit((int) Math.min(cost, Integer.MAX_VALUE / 2));
    }
  }

  private void answer(Wire.Kind kind, Peer peer, long id, MultiMap headers, Buffer body) {
    Peer.CallLink call = peer.calls.get(id);
    if (call == null) {
      if (kind == Wire.Kind.ITEMS) {
        // Nobody reads that any more: the cancellation was lost or has crossed the frame.
        bus.send(peer, Wire.Kind.CANCEL, id);
      }
      return;
    }
    switch (kind) {
      case REPLY -> call.reply(body);
      case ERROR -> call.error(error(body));
      case REFUSED -> call.refused();
      case ITEMS -> call.items(headers, body, false);
      default -> call.items(headers, body, true);
    }
  }

  private static WeftError error(Buffer body) {
    try {
      return Bodies.decode(body, WeftError.class);
    } catch (WeftException e) {
      return WeftError.of(
              "mesh:reply", Reason.INTERNAL, "The call failed with an unreadable error.")
          .withOutcome(Outcome.UNKNOWN);
    }
  }

  /** Numbers of transfers are the sender's: this says whose it is. */
  private void dropped(Peer peer, long transfer, MultiMap headers) {
    if (headers.get(RECEIVED) == null) {
      parts.dropped(peer, transfer);
      return;
    }
    PartSender sender = bus.partsTo(peer);
    if (sender != null) {
      sender.dropped(transfer);
    }
  }

  private @Nullable ServedEndpoint<?> served(MultiMap headers) {
    ServedEndpoint<?> served = core.registry().find(Wire.text(headers, Wire.ENDPOINT));
    return core.isDraining() && headers.get(Wire.CHAIN) == null ? null : served;
  }

  /** What comes of messages in parts. */
  private final class Messages implements PartReceiver.Sink {
    @Override
    public void whole(
        Wire.Kind kind, Peer peer, MultiMap headers, Buffer body, ByteBudget.Hold hold) {
      boolean request = kind == Wire.Kind.CALL || kind == Wire.Kind.OPEN;
      try {
        receive(kind, peer, headers, body, request ? hold : null);
      } finally {
        if (!request) {
          hold.release(); // it is the caller's own from here on
        }
      }
    }

    @Override
    public void broken(Wire.Kind kind, Peer peer, MultiMap headers, WeftError error) {
      long id = Wire.number(headers, Wire.ID);
      if (kind == Wire.Kind.CALL || kind == Wire.Kind.OPEN) {
        bus.sendError(peer, id, error);
        return;
      }
      Peer.CallLink call = peer.calls.get(id);
      if (call != null) {
        call.error(error);
        bus.send(peer, Wire.Kind.CANCEL, id);
      }
    }

    @Override
    public boolean isWanted(Wire.Kind kind, Peer peer, MultiMap headers) {
      long id = Wire.number(headers, Wire.ID);
      if (kind != Wire.Kind.CALL && kind != Wire.Kind.OPEN) {
        return peer.calls.containsKey(id);
      }
      if (served(headers) == null) {
        bus.send(peer, Wire.Kind.REFUSED, id);
        return false;
      }
      return true;
    }

    @Override
    public void grant(Peer peer, long transfer, int count) {
      bus.send(
          peer,
          Wire.headers(Wire.Kind.MORE)
              .add(Wire.TRANSFER, Long.toString(transfer))
              .add(Wire.CREDIT, Integer.toString(count)),
          Buffer.buffer(0));
    }

    @Override
    public void drop(Peer peer, long transfer) {
      bus.send(
          peer,
          Wire.headers(Wire.Kind.DROP)
              .add(Wire.TRANSFER, Long.toString(transfer))
              .add(RECEIVED, "1"),
          Buffer.buffer(0));
    }
  }

  private void request(
      Wire.Kind kind,
      Peer peer,
      long id,
      MultiMap headers,
      Buffer body,
      ByteBudget.@Nullable Hold room) {
    ServedEndpoint<?> served = served(headers);
    if (served == null) {
      letGo(room);
      bus.send(peer, Wire.Kind.REFUSED, id);
      return;
    }
    CallContext call = Wire.context(headers);
    boolean stream = served.endpoint() instanceof StreamEndpoint;
    if (stream != (kind == Wire.Kind.OPEN)) {
      letGo(room);
      String message = served.endpoint().name() + " is " + (stream ? "a stream." : "no stream.");
      bus.sendError(peer, id, WeftError.of("mesh:request", Reason.INVALID, message));
    } else {
      serve(served, call, peer, id, body, room);
    }
  }

  private static void letGo(ByteBudget.@Nullable Hold room) {
    if (room != null) {
      room.release();
    }
  }

  private <H> void serve(
      ServedEndpoint<H> served,
      CallContext incoming,
      Peer peer,
      long id,
      Buffer body,
      ByteBudget.@Nullable Hold room) {
    var origin =
        new RemoteOrigin<>(context, served.endpoint(), incoming, bus, peer, id, body, room);
    var call = ServedCall.of(core, served, origin, incoming);
    origin.answeredBy(call);
    call.enter();
  }
}

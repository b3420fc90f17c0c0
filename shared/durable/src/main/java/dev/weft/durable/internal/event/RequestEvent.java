package dev.weft.durable.internal.event;

import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.instance.Event;
import dev.weft.mesh.CallContext;
import java.util.List;

/** A method that somebody has asked for. */
abstract class RequestEvent extends Event {
  final ObjectRequest request;
  public final CallContext call;
  final MethodTable methods;

  RequestEvent(ObjectRequest request, CallContext call, MethodTable methods) {
    this.request = request;
    this.call = call;
    this.methods = methods;
  }

  @Override
  public final int bytes() {
    return request.args().json().length;
  }

  @Override
  public final String what() {
    return request.method();
  }

  @Override
  public final CallContext call() {
    return call;
  }

  @Override
  public final boolean creates() {
    return request.creates();
  }

  @Override
  public final boolean isHolding() {
    return Boolean.TRUE.equals(request.holding());
  }

  @Override
  public final List<String> chain() {
    return request.chain();
  }
}

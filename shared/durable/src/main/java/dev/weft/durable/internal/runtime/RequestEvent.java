package dev.weft.durable.internal.runtime;

import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.mesh.CallContext;
import java.util.List;

/** A method that somebody has asked for. */
abstract class RequestEvent extends Event {
  final ObjectRequest request;
  final CallContext call;
  final MethodTable methods;

  RequestEvent(ObjectRequest request, CallContext call, MethodTable methods) {
    this.request = request;
    this.call = call;
    this.methods = methods;
  }

  @Override
  final int bytes() {
    return request.args().json().length;
  }

  @Override
  final String what() {
    return request.method();
  }

  @Override
  final CallContext call() {
    return call;
  }

  @Override
  final boolean creates() {
    return request.creates();
  }

  @Override
  final List<String> chain() {
    return request.chain();
  }
}

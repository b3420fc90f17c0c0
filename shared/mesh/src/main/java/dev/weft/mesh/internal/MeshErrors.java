package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mesh's own errors, and how a handler's failure becomes an answer. */
final class MeshErrors {
  private static final Logger log = LoggerFactory.getLogger("dev.weft.mesh.calls");
  private static final String AREA = "mesh";

  /**
   * @param begun whether a node that had the call before may have begun it
   */
  static WeftException unavailable(Endpoint<?, ?> endpoint, boolean begun) {
    String message = "No node serves %s now; try again when %s is back.";
    return WeftError.of(
            AREA, Reason.UNAVAILABLE, message.formatted(endpoint.name(), endpoint.service()))
        .withOutcome(outcome(begun))
        .exception();
  }

  static WeftException draining() {
    return WeftError.of(AREA, Reason.UNAVAILABLE, "This node is stopping and takes no more calls.")
        .exception();
  }

  /** The calling node has said good-bye. */
  static WeftException departed(boolean started) {
    return WeftError.of(
            "mesh:stopping",
            Reason.UNAVAILABLE,
            "This node has stopped: it makes no more calls and gets no more answers.")
        .withOutcome(outcome(started))
        .exception();
  }

  static WeftException timeout(Endpoint<?, ?> endpoint, boolean started) {
    return WeftError.of(AREA, Reason.TIMEOUT, endpoint.name() + " did not answer in time.")
        .withOutcome(outcome(started))
        .exception();
  }

  static WeftException cancelled(Endpoint<?, ?> endpoint, boolean started) {
    return WeftError.of(AREA, Reason.CANCELLED, "The caller of " + endpoint.name() + " gave up.")
        .withOutcome(outcome(started))
        .exception();
  }

  static WeftException overloaded(String what) {
    return WeftError.of(AREA, Reason.OVERLOADED, what).exception();
  }

  static WeftException chainTooLong(CallContext context) {
    return WeftError.of(
            "mesh:request",
            Reason.INVALID,
            "The chain of calls is longer than "
                + context.chain().size()
                + ": services call in a circle.")
        .exception();
  }

  static WeftException unauthenticated(Endpoint<?, ?> endpoint) {
    return WeftError.of(
            "mesh:identity",
            Reason.UNAUTHENTICATED,
            endpoint.name() + " needs a signed identity and got none.")
        .exception();
  }

  static WeftException scopeDenied(Endpoint<?, ?> endpoint, String scope) {
    return WeftError.of(
            "mesh:scope", Reason.DENIED, endpoint.name() + " needs the scope '" + scope + "'.")
        .exception();
  }

  static WeftException nodeUnavailable(String nodeName, boolean started) {
    return WeftError.of(
            "mesh:node",
            Reason.UNAVAILABLE,
            "The node " + nodeName + " left while it had the call.")
        .withOutcome(outcome(started))
        .exception();
  }

  /**
   * The failure of a call that another node may have begun before: it is not one without effect.
   */
  static WeftException unknown(WeftException failure) {
    return failure.error().outcome() == Outcome.NOT_EXECUTED
        ? failure.error().withOutcome(Outcome.UNKNOWN).exception()
        : failure;
  }

  /**
   * A handler's failure as the answer to its caller. Faults of the service itself are logged here,
   * once: those it passes on from another service were logged there.
   */
  static WeftException answer(Endpoint<?, ?> endpoint, CallContext context, Throwable failure) {
    String service = endpoint.service();
    WeftException answer = WeftException.from(service, failure);
    WeftError error = answer.error();
    if (error.reason() == Reason.INTERNAL && error.code().startsWith(service + ":")) {
      log.atError()
          .addKeyValue("endpoint", endpoint.name())
          .addKeyValue("request", context.requestId())
          .setCause(answer.getCause() == null ? answer : answer.getCause())
          .log("handler failed");
    }
    return answer;
  }

  private static Outcome outcome(boolean started) {
    return started ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
  }

  /** This node is to serve what no other node would believe it serves. */
  static WeftException notCertified(Endpoint<?, ?> endpoint) {
    String message =
        "This node cannot serve %s: its certificate does not name the service %s. Issue one that"
            + " does and start again.";
    return WeftError.of(
            "mesh:certificate",
            Reason.DENIED,
            message.formatted(endpoint.name(), endpoint.service()))
        .exception();
  }

  private MeshErrors() {}
}

package dev.weft.gateway.http.answer;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.Credentials;
import io.vertx.core.MultiMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into an error to show. Event loop only. */
public final class Faults {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  private final CredentialCache credentials;

  /**
   * @param credentials forget the one whose identity a service did not accept
   */
  public Faults(CredentialCache credentials) {
    this.credentials = credentials;
  }

  /**
   * A failure as an error to show; faults of our own are logged.
   *
   * @param identified whether the gateway vouched for the caller
   * @param headers of the request
   */
  WeftError explain(Throwable failure, boolean identified, MultiMap headers) {
    WeftError error = WeftException.from("gateway", failure).error();
    if (!(failure instanceof WeftException)) {
      log.atError().setCause(failure).log("A request failed.");
    }
    if (error.code().equals("mesh:identity.unauthenticated") && identified) {
      // Our own vouching was not accepted, which is no fault of the client's key.
      credentials.forget(Credentials.of(headers));
      return WeftError.of(
          "gateway:identity",
          Reason.UNAVAILABLE,
          "The service did not accept the gateway's word for this key; try again.");
    }
    return error;
  }

  /** Why exchanges end when the gateway stops. */
  public static WeftException stopping() {
    return WeftError.of("gateway", Reason.UNAVAILABLE, "The gateway is stopping; try again.")
        .exception();
  }
}

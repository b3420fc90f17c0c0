package dev.weft.gateway.tls;

import dev.weft.gateway.tls.ServerCertificate.UnusableCertificate;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the certificate's files from time to time and hands a changed certificate to the server.
 * Files that cannot be used, such as a certificate whose new key is not written yet, change
 * nothing: the old one serves on, and the log says so. An event-loop verticle, one for the process.
 */
public final class CertificateWatch extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);

  private final DoorTls tls;
  private String complained = "";
  private Future<?> looking = Future.succeededFuture();
  private boolean stopped;

  public CertificateWatch(DoorTls tls) {
    this.tls = tls;
  }

  @Override
  public Future<?> start() {
    later();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return looking;
  }

  private void later() {
    if (!stopped) {
      vertx.setTimer(tls.interval().toMillis(), timer -> look());
    }
  }

  private void look() {
    if (stopped) {
      return;
    }
    looking =
        vertx
            .executeBlocking(() -> tls.read(vertx), false)
            .compose(this::take)
            .onFailure(this::complain)
            .otherwiseEmpty()
            .onComplete(done -> later());
  }

  private Future<Void> take(ServerCertificate found) {
    if (found.sameAs(tls.current())) {
      complained = "";
      return Future.succeededFuture();
    }
    return tls.use(found)
        .onSuccess(
            used -> {
              complained = "";
              log.atInfo()
                  .addKeyValue("certificate", tls.chain())
                  .addKeyValue("expires", found.expires())
                  .log("The HTTP server's certificate was changed.");
            })
        .mapEmpty();
  }

  /** Once for each fault, not at every look. */
  private void complain(Throwable failure) {
    String why =
        failure instanceof UnusableCertificate
            ? String.valueOf(failure.getMessage())
            : failure.toString();
    if (why.equals(complained)) {
      return;
    }
    complained = why;
    tls.refused();
    log.error(
        "The changed certificate of the HTTP server cannot be used: {}. The one it had before"
            + " serves on until {}.",
        why,
        tls.current().expires());
  }
}

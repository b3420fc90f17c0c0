package dev.weft.gateway.pages;

import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * The icon that browsers ask for by themselves. From the jar: vertx-web's handler would have it
 * unpacked to a directory of temporary files first, at every start.
 */
public final class Favicon implements Route.Handler {
  private static final CharSequence ICON = HttpHeaders.createOptimized("image/x-icon");
  private static final CharSequence A_DAY = HttpHeaders.createOptimized("public, max-age=86400");

  private final byte[] icon = Resources.bytes("favicon.ico");

  @Override
  public void handle(Exchange exchange) {
    exchange.response().putHeader(HttpHeaders.CACHE_CONTROL, A_DAY);
    exchange.reply(200, ICON, Buffer.buffer(icon));
  }
}

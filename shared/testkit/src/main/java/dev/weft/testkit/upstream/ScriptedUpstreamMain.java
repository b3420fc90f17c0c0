package dev.weft.testkit.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * The scripted upstream as a process, for load tests: {@code ScriptedUpstreamMain --port 9000}. It
 * records nothing. Prints its base URL once it listens.
 */
public final class ScriptedUpstreamMain {

  private ScriptedUpstreamMain() {}

  public static void main(String[] args) {
    int port = 0;
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals("--port")) {
        port = Integer.parseInt(args[i + 1]);
      }
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    ScriptedUpstream upstream = ScriptedUpstream.start(vertx, port, false).await();
    System.out.println(upstream.baseUrl());
  }
}

package dev.weft.node.internal;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Makes the Vert.x of a process. */
final class VertxFactory {

  /**
   * For a process of a cluster: an event loop for every two cores, since the processes of a machine
   * share them and a message that need not change loops is cheaper by a wake-up at each end.
   */
  static VertxOptions clustered() {
    return options(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /** Epoll where it is there, no files unpacked to a cache directory. */
  private static VertxOptions options(int eventLoops) {
    return new VertxOptions()
        .setEventLoopPoolSize(eventLoops)
        .setPreferNativeTransport(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  /** For a process that is alone: an event loop a core. */
  static Vertx local() {
    return Vertx.builder().with(options(Runtime.getRuntime().availableProcessors())).build();
  }

  private VertxFactory() {}
}

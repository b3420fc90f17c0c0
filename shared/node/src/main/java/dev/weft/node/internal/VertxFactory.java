package dev.weft.node.internal;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Makes the Vert.x of a process. */
final class VertxFactory {

  /** One event loop a core, epoll where it is there, no files unpacked to a cache directory. */
  static VertxOptions options() {
    return new VertxOptions()
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
        .setPreferNativeTransport(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  static Vertx local() {
    return Vertx.builder().with(options()).build();
  }

  private VertxFactory() {}
}

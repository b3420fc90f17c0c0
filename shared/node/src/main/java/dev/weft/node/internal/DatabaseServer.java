package dev.weft.node.internal;

import dev.weft.node.ExitCode;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.StartFailure;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseFailure;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Where a node's database is: given, configured, or embedded and then started here. */
final class DatabaseServer {

  private final NodeOptions options;
  private final DataDirectory data;
  private @Nullable FutureTask<EmbeddedPostgres> starting;
  private boolean stopped;

  DatabaseServer(NodeOptions options, DataDirectory data) {
    this.options = options;
    this.data = data;
  }

  /** Starts the embedded server on a thread of its own if there is to be one. */
  synchronized void begin() {
    if (stopped) {
      throw new StartFailure(ExitCode.FAILED, "Stopped while it started.");
    }
    boolean needed = options.services().stream().anyMatch(service -> service.needs().anyDatabase());
    if (!needed || options.database() != null || !configured().isEmpty()) {
      return;
    }
    if (options.mode() == NodeOptions.Mode.CLUSTER) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "DATABASE_URL is not set. Processes of a cluster share one PostgreSQL: set it to"
              + " postgresql://user:password@host:5432/database for all of them, or run"
              + " scripts/weft cluster, which brings one.");
    }
    Path directory = data.writable();
    FutureTask<EmbeddedPostgres> task =
        new FutureTask<>(() -> EmbeddedPostgres.start(directory, address()));
    starting = task;
    Thread.ofPlatform().name("embedded-postgres").daemon().start(task);
  }

  /** Waits for the server if it is still starting. */
  DatabaseUrl url() {
    if (options.database() != null) {
      return options.database();
    }
    FutureTask<EmbeddedPostgres> task = starting();
    return task == null ? DatabaseUrl.parse(configured()) : result(task).url();
  }

  /** Stops the embedded server, if one was started. */
  void stop() {
    FutureTask<EmbeddedPostgres> task;
    synchronized (this) {
      stopped = true;
      task = starting;
    }
    if (task == null) {
      return;
    }
    try {
      result(task).close();
    } catch (StartFailure e) {
      // It never ran; the start has told so.
    }
  }

  private synchronized @Nullable FutureTask<EmbeddedPostgres> starting() {
    return starting;
  }

  /** How people reach this process, for whoever wants the same data directory. */
  private String address() {
    for (Service service : options.services()) {
      ConfigKey<Integer> door = service.door();
      int port = door == null ? 0 : options.config().get(door);
      if (port > 0) {
        return "http://127.0.0.1:" + port;
      }
    }
    return "";
  }

  private String configured() {
    return options.config().get(NodeKeys.DATABASE_URL);
  }

  private static EmbeddedPostgres result(FutureTask<EmbeddedPostgres> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          // The server is on its way: who started it must get hold of it to stop it.
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause() instanceof DatabaseFailure known
              ? StartFailure.of(known)
              : new StartFailure(
                  ExitCode.FAILED, "The embedded database did not start: " + e.getCause(), e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

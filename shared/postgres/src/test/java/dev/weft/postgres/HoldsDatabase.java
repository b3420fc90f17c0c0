package dev.weft.postgres;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that starts the database of a directory, prints its URL and waits to be killed. */
final class HoldsDatabase {

  public static void main(String[] args) throws InterruptedException {
    EmbeddedPostgres server = EmbeddedPostgres.start(Path.of(args[0]), "http://127.0.0.1:8000");
    System.out.println(server.url().uri());
    new CountDownLatch(1).await();
  }

  private HoldsDatabase() {}
}

package dev.weft.node;

/** A process that has things to stop, says which it stops, and ends at once. */
final class ShutdownProcess {

  public static void main(String[] args) {
    Shutdown.register("first", () -> System.out.println("first"));
    Shutdown.register("broken", ShutdownProcess::fail);
    Shutdown.Registration gone = Shutdown.register("gone", () -> System.out.println("gone"));
    Shutdown.register("last", () -> System.out.println("last"));
    gone.forget();
    System.exit(0);
  }

  private static void fail() {
    System.out.println("broken");
    throw new IllegalStateException("on purpose");
  }

  private ShutdownProcess() {}
}

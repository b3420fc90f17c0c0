package dev.weft.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where nodes live: all on loopback, or each in a network namespace of its own with two cables, one
 * for the bus and one to the database.
 */
final class Network implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final String name;
  private final int nodes;

  private Network(String name, int nodes) {
    this.name = name;
    this.nodes = nodes;
  }

  static Network loopback() {
    return new Network("", 0);
  }

  /** Why there can be no namespaces here; empty when there can. */
  static String obstacle() throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/usr/sbin/ip")) && !Files.isExecutable(Path.of("/sbin/ip"))) {
      return "there is no `ip` here";
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return "network namespaces need root";
    }
    String probe = "wf" + ProcessHandle.current().pid() + "p";
    if (!ip(List.of("netns", "add", probe))) {
      return "network namespaces are not allowed here";
    }
    ip(List.of("netns", "del", probe));
    return "";
  }

  /** Makes the namespaces, which are gone when this is closed. */
  static Network namespaces(int nodes) throws IOException, InterruptedException {
    String name = "wf" + ProcessHandle.current().pid() % 100_000;
    Network network = new Network(name, nodes);
    try {
      network.wire();
    } catch (IOException e) {
      network.close();
      throw e;
    }
    return network;
  }

  private void wire() throws IOException, InterruptedException {
    for (String bridge : List.of("b", "d")) {
      must("link", "add", name + bridge, "type", "bridge");
      must("link", "set", name + bridge, "up");
    }
    must("addr", "add", databaseHost() + "/24", "dev", name + "d");
    for (int i = 0; i < nodes; i++) {
      must("netns", "add", name + i);
      cable(i, "b", host(i));
      cable(i, "d", "10.77.2." + (i + 10));
      must("-n", name + i, "link", "set", "lo", "up");
    }
  }

  private void cable(int node, String kind, String address)
      throws IOException, InterruptedException {
    String outer = name + kind + node;
    String inner = "e" + kind;
    must("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name + node);
    must("link", "set", outer, "master", name + kind);
    must("link", "set", outer, "up");
    must("-n", name + node, "addr", "add", address + "/24", "dev", inner);
    must("-n", name + node, "link", "set", inner, "up");
  }

  private boolean isLoopback() {
    return name.isEmpty();
  }

  /** Address of a node on the bus. */
  String host(int node) {
    return isLoopback() ? LOOPBACK : "10.77.1." + (node + 10);
  }

  /** Where nodes reach the database. */
  String databaseHost() {
    return isLoopback() ? LOOPBACK : "10.77.2.1";
  }

  /** What enters a node's namespace. */
  List<String> wrapper(int node) {
    return isLoopback() ? List.of() : List.of("ip", "netns", "exec", name + node);
  }

  /** Pulls a node's cable to the others out, or puts it back. */
  void bus(int node, boolean up) throws IOException, InterruptedException {
    must("link", "set", name + "b" + node, up ? "up" : "down");
  }

  /** Pulls a node's cable to the database out, or puts it back. */
  void database(int node, boolean up) throws IOException, InterruptedException {
    must("link", "set", name + "d" + node, up ? "up" : "down");
  }

  private static void must(String... arguments) throws IOException, InterruptedException {
    if (!ip(List.of(arguments))) {
      throw new IOException("ip " + String.join(" ", arguments) + " failed");
    }
  }

  private static boolean ip(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    if (isLoopback()) {
      return;
    }
    try {
      for (int i = 0; i < nodes; i++) {
        ip(List.of("link", "del", name + "b" + i));
        ip(List.of("link", "del", name + "d" + i));
        ip(List.of("netns", "del", name + i));
      }
      ip(List.of("link", "del", name + "b"));
      ip(List.of("link", "del", name + "d"));
    } catch (IOException e) {
      // What can be removed is.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

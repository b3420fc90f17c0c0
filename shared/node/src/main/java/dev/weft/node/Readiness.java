package dev.weft.node;

import java.util.List;

/**
 * Whether a process can serve.
 *
 * @param missing what it lacks: {@code starting}, {@code stopping}, names of services that it calls
 *     and of checks that failed; empty when it can serve. Nothing of it is secret.
 */
public record Readiness(List<String> missing) {
  public Readiness {
    missing = List.copyOf(missing);
  }

  public boolean ready() {
    return missing.isEmpty();
  }

  /** 200 or 503, for whoever asks over HTTP. */
  public int status() {
    return ready() ? 200 : 503;
  }

  /** The same in one line of text. */
  public String line() {
    return ready() ? "ready\n" : "not ready: " + String.join(", ", missing) + "\n";
  }
}

package dev.weft.auth;

import dev.weft.node.NodeMain;
import java.util.List;

/** The auth service in a process of its own. */
public final class AuthMain {
  public static void main(String[] args) {
    NodeMain.run("auth", List.of(new AuthService()), args);
  }

  private AuthMain() {}
}

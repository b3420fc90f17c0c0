package dev.weft.chat;

import dev.weft.node.NodeMain;
import java.util.List;

/** Runs chat as a process of its own. */
public final class ChatMain {

  public static void main(String[] args) {
    NodeMain.run("chat", List.of(new ChatService()), args);
  }

  private ChatMain() {}
}

package dev.weft.rag;

import dev.weft.node.NodeMain;
import java.util.List;

/** Runs rag as a process of its own. */
public final class RagMain {

  public static void main(String[] args) {
    NodeMain.run("rag", List.of(new RagService()), args);
  }

  private RagMain() {}
}

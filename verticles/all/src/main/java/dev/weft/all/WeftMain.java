package dev.weft.all;

/** placeholder. */
public final class WeftMain {
  public static void main(String[] args) {
    System.out.println("hi");
  }

  private WeftMain() {}
}

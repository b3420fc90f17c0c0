package dev.weft.mesh;

/** The credit window as the tests expect it. */
final class StreamWindow {
  static final int ITEMS = 64;

  private StreamWindow() {}
}

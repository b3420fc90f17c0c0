package dev.weft.mesh.internal;

/** The side that works on a call, as its caller's side tells it. Any thread. */
interface Callee {
  /** The reader of a stream has taken items of that cost and has room for as much more. */
  void credit(int cost);

  /** The caller has given up. */
  void abandon();
}

package dev.weft.durable.internal.call;

/** One who watches, as the {@link Subscription} of its topic sees it. Any thread. */
interface Cursor {
  /** There may be something to read. */
  void wake();

  /** The sequence of the last item it has had. */
  long position();
}

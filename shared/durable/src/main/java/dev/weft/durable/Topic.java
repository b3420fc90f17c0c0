package dev.weft.durable;

/**
 * A stream that an object feeds and any number of callers watch. Return it from a method whose
 * result is a {@link Feed}. Items reach the watchers in the order they were published, once the
 * writes made before them are durable; those of a transaction that is undone never do. Each has a
 * sequence, which rises.
 *
 * <p>Watchers keep no instance in memory, and find the next one. A topic with a {@link Retention}
 * keeps its last items in storage, in the commit of the turn that published them: watchers that
 * fell behind or come back read them there. One without keeps none: watchers get what they are
 * there for, and an error when something may be missing.
 *
 * @param <T> the items: values that JSON can carry
 */
public interface Topic<T> extends Feed<T> {

  /** Gives an item to all who watch. */
  void publish(T item);

  /** Ends the streams of all who watch; later watchers see an end at once. */
  void end();

  /** The sequence of the last item published; before the first, a number lower than its. */
  long sequence();

  /** On how many nodes somebody watches now, this one included; 0 when nobody does. */
  int watchers();
}

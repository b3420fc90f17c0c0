package dev.weft.durable;

/**
 * A stream that an object feeds and any number of callers watch. Return it from a method whose
 * result is a {@link Feed}. Items reach the watchers in the order they were published, once the
 * writes made before them are durable. A watcher that falls 1,024 items behind is dropped with
 * {@code object:watcher.overloaded}.
 *
 * @param <T> the items: values that JSON can carry
 */
public interface Topic<T> extends Feed<T> {

  /** Gives an item to all who watch. */
  void publish(T item);

  /** Ends the streams of all who watch; later watchers see an end at once. */
  void end();

  /** How many watch now. */
  int watchers();
}

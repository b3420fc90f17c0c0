package dev.weft.durable;

/**
 * Code of an object that runs as one: the body of a transaction or of a critical section.
 *
 * @param <T> what it returns
 * @param <X> the checked exception it may throw; the compiler finds it, and none where there is
 *     none
 */
@FunctionalInterface
public interface Section<T, X extends Exception> {

  T run() throws X;

  /** The same without a result. */
  @FunctionalInterface
  interface Action<X extends Exception> {
    void run() throws X;
  }
}

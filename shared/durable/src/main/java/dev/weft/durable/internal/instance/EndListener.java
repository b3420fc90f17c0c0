package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;

/** Told once that an instance is over. Any thread; must not block. */
@FunctionalInterface
public interface EndListener {
  void over(WeftException why);
}

package dev.weft.bench.objects;

import dev.weft.contracts.objects.Namespace;

/** An object that writes its value when its alarm fires. */
public interface Bell {
  Namespace<Bell> BELLS = Namespace.of("bell", Bell.class).asOpen();

  /** Sets the alarm to a time in milliseconds since 1970, of the database's clock. */
  void arm(long dueMillis);
}

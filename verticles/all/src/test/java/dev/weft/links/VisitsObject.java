package dev.weft.links;

import dev.weft.contracts.links.Visits;
import dev.weft.durable.ObjectContext;

/** Counts the visits of one link. */
record VisitsObject(ObjectContext context) implements Visits {
  @Override
  public long add() {
    long visits = context.storage().get("visits", Long.class, 0L) + 1;
    context.storage().put("visits", visits);
    return visits;
  }
}

package dev.weft.durable.internal.instance;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectContext;

/** The node, as an instance that lives there sees it. Any thread. */
public interface Home {
  /** Whether the node stops: what comes is better off elsewhere. */
  boolean isDraining();

  /** Gives an event to the object's instance, which is made when there is none. */
  void dispatch(ObjectId id, Event event);

  /** The instance is over: what comes is for another. */
  void remove(Activation activation);

  /** What an object is given when it is made. */
  ObjectContext contextFor(Tenure tenure);
}

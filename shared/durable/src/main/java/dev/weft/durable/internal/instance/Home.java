package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectContext;
import org.jspecify.annotations.Nullable;

/** The node, as an instance that lives there sees it. Any thread. */
public interface Home {
  /** Whether the node stops: what comes is better off elsewhere. */
  boolean isDraining();

  /** Gives an event to the object's instance, which is made when there is none. */
  void dispatch(ObjectId id, Event event);

  /** The instance is over: what comes is for another. */
  void remove(Activation activation);

  /**
   * A node that knows the version of the class and takes calls; null when there is none.
   *
   * @param version that of the object's state, which is beyond this node's
   */
  @Nullable String nodeKnowing(ObjectId id, int version);

  /** An instance could not be made: its constructor, or a migration, has thrown this. */
  void notMade(ObjectId id, WeftException why);

  /** An instance was made. */
  void made(ObjectId id);

  /** What an object is given when it is made. */
  ObjectContext contextFor(Tenure tenure);
}

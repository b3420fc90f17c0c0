package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;

/** What the turns of an instance tell the instance. Any thread. */
interface Driver {
  ObjectId id();

  /** There is something to commit. */
  void flush();

  /** No turn runs any more. */
  void idle();

  /** It has begun something itself, which is to be a turn. */
  void offerOwn(Event event);

  /** It is over, without another word to the database: what is not durable will not be. */
  void end(WeftException why);

  /** It is over, and all that was given to the database by then may be durable. */
  void endAsSent(WeftException why);

  /** The database says that another owns the object. */
  void fenced();

  /** Something of the runtime has failed for it. */
  void broke(Throwable fault);
}

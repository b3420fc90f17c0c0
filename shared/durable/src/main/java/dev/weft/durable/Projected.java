package dev.weft.durable;

/** An object class whose projections can be built anew from the objects. */
public interface Projected {

  /**
   * Adds to the outbox of the projection what the object as it is now would have in it: the records
   * that, applied to empty tables, make what the tables are to have of this object. A turn, run as
   * one transaction; may write, should not wait for anything outside.
   *
   * <p>Called when a projection is built for the first time, in a new version, or on command. What
   * is added here goes to the tables that are being built and to no others, once, however often the
   * object is asked; what turns add before counts as contained in it, what they add later follows.
   *
   * @param projection name of the one that is asked for
   */
  void project(String projection) throws Exception;
}

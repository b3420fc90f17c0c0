package dev.weft.contracts;

/** A request or reply with nothing in it. */
public record Empty() {
  public static final Empty INSTANCE = new Empty();
}

package dev.weft.contracts;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What is known about the effect of a call that failed. */
public enum Outcome {
  /** The call had no effect; repeating it is safe. */
  NOT_EXECUTED,
  /** The call ran to its end; the failure is its answer. */
  EXECUTED,
  /** The call may or may not have had its effect; also what a later version says otherwise. */
  @JsonEnumDefaultValue
  UNKNOWN
}

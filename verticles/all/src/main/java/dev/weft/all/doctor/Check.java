package dev.weft.all.doctor;

import java.util.List;

/** Looks at one thing. Runs on a thread of its own and may block; may be left behind when late. */
interface Check {
  /** One word: {@code database}. */
  String name();

  /**
   * What is wrong; empty when nothing is.
   *
   * @throws NotChecked when it cannot be found out
   * @throws Exception whatever else went wrong; it is told as the reason why this was not checked
   */
  List<Finding> look(Site site) throws Exception;
}

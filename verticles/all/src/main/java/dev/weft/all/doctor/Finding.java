package dev.weft.all.doctor;

import java.util.List;

/**
 * Something that is wrong.
 *
 * @param where the place: a file, an address, a service; nothing secret
 * @param arguments fill the texts of the fault, {@code {1}} and up; {@code {0}} is the place
 */
record Finding(Fault fault, String where, List<String> arguments) {
  Finding {
    arguments = List.copyOf(arguments);
  }

  static Finding of(Fault fault, Object where, Object... arguments) {
    return new Finding(
        fault, String.valueOf(where), List.of(arguments).stream().map(String::valueOf).toList());
  }

  /** What fills the texts. */
  Object[] texts() {
    Object[] all = new Object[arguments.size() + 1];
    all[0] = where;
    System.arraycopy(arguments.toArray(), 0, all, 1, arguments.size());
    return all;
  }
}

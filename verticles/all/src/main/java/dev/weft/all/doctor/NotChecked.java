package dev.weft.all.doctor;

import java.util.List;

/** Why a check cannot be made; {@code doctor.not.REASON} is its text. */
final class NotChecked extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final transient List<String> arguments;

  NotChecked(String reason, Object... arguments) {
    super(reason, null, false, false);
    this.reason = reason;
    this.arguments = List.of(arguments).stream().map(String::valueOf).toList();
  }

  String reason() {
    return reason;
  }

  List<String> arguments() {
    return arguments;
  }
}

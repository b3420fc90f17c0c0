package dev.weft.all.doctor;

import java.util.Locale;

/**
 * What doctor can find. The texts of each (what, why it matters, what mends it) are {@code
 * doctor.KEY}, {@code doctor.KEY.why} and {@code doctor.KEY.mend} in both languages.
 */
enum Fault {
  CONFIG_INVALID(Severity.ERROR),
  CONFIG_MASTER_KEY(Severity.ERROR),
  CONFIG_PROFILE(Severity.WARNING),
  JAVA_OLD(Severity.ERROR),
  PORT_TAKEN(Severity.ERROR),
  PORT_PROCESS(Severity.WARNING),
  PORT_HOST(Severity.ERROR),
  FILES_DATA(Severity.ERROR),
  FILES_SECRET(Severity.WARNING),
  DISK_LOW(Severity.WARNING),
  CERTIFICATE_MISSING(Severity.ERROR),
  CERTIFICATE_UNUSABLE(Severity.ERROR),
  CERTIFICATE_EXPIRED(Severity.ERROR),
  CERTIFICATE_ENDING(Severity.WARNING),
  CERTIFICATE_EARLY(Severity.ERROR),
  CERTIFICATE_CHAIN(Severity.ERROR),
  CERTIFICATE_HOST(Severity.ERROR),
  DATABASE_UNREACHABLE(Severity.ERROR),
  DATABASE_REFUSED(Severity.ERROR),
  DATABASE_MISSING(Severity.ERROR),
  DATABASE_FULL(Severity.ERROR),
  DATABASE_OLD(Severity.WARNING),
  DATABASE_READ_ONLY(Severity.ERROR),
  DATABASE_SLOW(Severity.WARNING),
  CLOCK_SKEW(Severity.ERROR),
  MIGRATION_NEWER(Severity.ERROR),
  MIGRATION_FOREIGN(Severity.ERROR),
  MIGRATION_PENDING(Severity.WARNING),
  OBJECTS_OVERDUE(Severity.ERROR),
  OBJECTS_FAILING(Severity.WARNING),
  OBJECTS_HELD(Severity.ERROR),
  GATEWAY_KEY(Severity.ERROR),
  SERVICE_DOWN(Severity.ERROR),
  SERVICE_DEGRADED(Severity.WARNING),
  CLUSTER_SILENT(Severity.ERROR),
  CLUSTER_SPLIT(Severity.ERROR),
  CLUSTER_LOST(Severity.ERROR),
  CLUSTER_VERSIONS(Severity.WARNING),
  BINDING_MISSING(Severity.ERROR),
  INDEX_BEHIND(Severity.WARNING),
  PROVIDER_CONFIG(Severity.ERROR),
  PROVIDER_UNREACHABLE(Severity.ERROR),
  PROVIDER_KEY(Severity.ERROR),
  PROVIDER_ANSWER(Severity.ERROR);

  /** How bad it is. */
  enum Severity {
    /** Something does not work. */
    ERROR,
    /** Something will not work for long, or not well. */
    WARNING
  }

  private final Severity severity;

  Fault(Severity severity) {
    this.severity = severity;
  }

  Severity severity() {
    return severity;
  }

  /** Stable, for programs: {@code database.read_only}. */
  String code() {
    String name = name().toLowerCase(Locale.ROOT);
    int first = name.indexOf('_');
    return name.substring(0, first) + "." + name.substring(first + 1);
  }

  /** The key of its texts. */
  String key() {
    return "doctor." + code();
  }
}

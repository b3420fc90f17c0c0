package dev.weft.contracts.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.contracts.http.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a service feels.
 *
 * @param service name of the service
 * @param status {@link #UP}, {@link #DEGRADED} or {@link #DOWN}
 * @param node the node that answered; null when nobody did
 * @param version version of the software on that node; null when nobody answered
 * @param since when the status began, ISO-8601 in UTC
 * @param checks one entry per thing the service depends on
 * @param view what its node sees of the others; null when nobody answered, and in what clients see
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HealthReport(
    String service,
    @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
    @Doc("The node that answered; absent when nobody did.") @Nullable String node,
    @Nullable String version,
    @Doc(value = "When the status began.", format = "date-time") String since,
    List<Check> checks,
    @Doc("What its node sees of the others.") @Nullable NodeView view) {

  public static final String UP = "up";
  public static final String DEGRADED = "degraded";
  public static final String DOWN = "down";

  public HealthReport {
    checks = List.copyOf(checks);
  }

  /** A report that says nothing of other nodes. */
  public HealthReport(
      String service,
      String status,
      @Nullable String node,
      @Nullable String version,
      String since,
      List<Check> checks) {
    this(service, status, node, version, since, checks, null);
  }

  /** The same with what its node sees of the others. */
  public HealthReport seeing(@Nullable NodeView newView) {
    return new HealthReport(service, status, node, version, since, checks, newView);
  }

  /**
   * One dependency.
   *
   * @param name what was looked at ({@code database}, {@code provider openai})
   * @param status as of the report
   * @param detail what was found; null when there is nothing to say
   * @param needs what to do or start so that it gets well; null when up
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Check(
      String name,
      @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
      @Doc("What was found.") @Nullable String detail,
      @Doc("What to do or start so that it gets well.") @Nullable String needs) {}
}

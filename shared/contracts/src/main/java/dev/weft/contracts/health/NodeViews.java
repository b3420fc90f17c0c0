package dev.weft.contracts.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.contracts.http.Doc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All nodes, each with what it says of the others.
 *
 * @param nodes that were asked, by name; at most {@link #MOST_NODES}
 */
public record NodeViews(List<Asked> nodes) {

  /** More are not asked. */
  public static final int MOST_NODES = 100;

  public NodeViews {
    nodes = List.copyOf(nodes);
  }

  /**
   * A node.
   *
   * @param report what the gateway hears of it
   * @param view what it says itself; null when it did not answer, or is older than the question
   * @param silent code of the error that it did not answer with; null when it answered
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Asked(
      @Doc("What the gateway hears of it.") NodeReport report,
      @Doc("What it says itself; absent when it did not answer.") @Nullable NodeView view,
      @Doc("Why it did not answer; absent when it did.") @Nullable String silent) {}
}

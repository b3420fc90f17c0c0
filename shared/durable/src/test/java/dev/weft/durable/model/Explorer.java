package dev.weft.durable.model;

import dev.weft.durable.model.Steps.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that can be reached, the nearest first, so that a violation is found by a
 * shortest way.
 */
final class Explorer {
  /**
   * What was found.
   *
   * @param states visited
   * @param broken the rule that was broken, null when none
   * @param trace the actions that led there; empty when none was broken
   * @param actions everything that happened somewhere
   */
  record Result(int states, @Nullable String broken, List<String> trace, Set<String> actions) {
    /** For people to read. */
    String describe() {
      if (broken == null) {
        return states + " states, nothing is broken";
      }
      StringBuilder text = new StringBuilder();
      text.append(broken).append(", after ").append(trace.size()).append(" steps:\n");
      for (int i = 0; i < trace.size(); i++) {
        text.append("  %2d  %s%n".formatted(i + 1, trace.get(i)));
      }
      return text.toString();
    }
  }

  /** How a state was reached first; the state itself is forgotten once it has been visited. */
  private static final class Reached {
    final @Nullable Reached from;
    final String action;

    Reached(@Nullable Reached from, String action) {
      this.from = from;
      this.action = action;
    }
  }

  private record Open(State state, Reached reached) {}

  private final Set<Object> visited = new HashSet<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private final Map<String, String> actions = new HashMap<>();
  private final LeaseActions leases;
  private final ClaimActions claims;
  private final CommitActions commits;
  private final ReadActions reads;
  private final Function<State, Object> key;
  private final Rules rules;

  /** A search that takes states with the same future for one. */
  Explorer(Rules rules) {
    this(rules, new Canonical(rules)::of);
  }

  /**
   * A search that takes states for one when they have the same key.
   *
   * @param key {@code state -> state} to take none for another
   */
  Explorer(Rules rules, Function<State, Object> key) {
    this.rules = rules;
    this.key = key;
    leases = new LeaseActions(rules);
    claims = new ClaimActions(rules);
    commits = new CommitActions(rules);
    reads = new ReadActions(rules);
  }

  /** Searches until a rule is broken or nothing new is left. */
  Result explore() {
    visit(State.initial(rules.ttl(), rules.bounds()), null, "");
    for (Open here; (here = open.poll()) != null; ) {
      for (Step step : next(here.state())) {
        String broken = Invariants.broken(here.state(), step.state());
        if (broken != null) {
          List<String> trace = trace(new Reached(here.reached(), step.action()));
          return new Result(visited.size(), broken, trace, actions.keySet());
        }
        visit(step.state(), here.reached(), shared(step.action()));
      }
    }
    return new Result(visited.size(), null, List.of(), actions.keySet());
  }

  private void visit(State state, @Nullable Reached from, String action) {
    if (visited.add(key.apply(state))) {
      open.add(new Open(state, new Reached(from, action)));
    }
  }

  private String shared(String action) {
    return actions.computeIfAbsent(action, same -> same);
  }

  private List<Step> next(State state) {
    Steps steps = new Steps();
    leases.add(state, steps);
    claims.add(state, steps);
    commits.add(state, steps);
    reads.add(state, steps);
    return steps.list();
  }

  private static List<String> trace(Reached last) {
    Deque<String> trace = new ArrayDeque<>();
    Reached reached = last;
    for (Reached from; (from = reached.from) != null; reached = from) {
      trace.addFirst(reached.action);
    }
    return List.copyOf(trace);
  }
}

package dev.weft.durable.model;

import java.util.ArrayList;
import java.util.List;

/** Collects what can happen next. */
final class Steps {
  /** An action, and what it leads to. */
  record Step(String action, State state) {}

  private final List<Step> steps = new ArrayList<>();

  void add(String action, State state) {
    steps.add(new Step(action, state));
  }

  void add(int node, String action, State state) {
    add((node == 0 ? "A" : "B") + " " + action, state);
  }

  List<Step> list() {
    return steps;
  }
}

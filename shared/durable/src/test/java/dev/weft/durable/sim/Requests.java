package dev.weft.durable.sim;

import dev.weft.contracts.objects.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests with ids: however often one is made, it has one effect and one answer. */
final class Requests {
  private final World world;
  private final List<Request> all = new ArrayList<>();
  private long runs;

  /** What is to be done once. */
  static final class Request {
    final String id;
    final ObjectId target;
    final Script script;
    private final List<Run> runs = new ArrayList<>();
    private @Nullable String answer;

    Request(String id, ObjectId target, Script script) {
      this.id = id;
      this.target = target;
      this.script = script;
    }

    /** Whether a turn has begun to do it. */
    boolean hasBegun() {
      return !runs.isEmpty();
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** One turn that did it. */
  static final class Run {
    final long number;
    private final Life life;
    private int lastStretch;

    Run(long number, Life life) {
      this.number = number;
      this.life = life;
    }

    /** What it wrote last, with which its answer is kept, is part of this stretch. */
    void ended(int stretch) {
      lastStretch = stretch;
    }

    private boolean isDurable() {
      return lastStretch > 0 && life.durable >= lastStretch;
    }
  }

  Requests(World world) {
    this.world = world;
  }

  List<Request> all() {
    return List.copyOf(all);
  }

  /** One made before, or a new one. */
  Request any(ObjectId target, int depth) {
    List<Request> before = all.stream().filter(each -> each.target.equals(target)).toList();
    if (!before.isEmpty() && world.chance(50)) {
      return world.anyOf(before);
    }
    Request request = new Request("r" + all.size(), target, Script.random(world, depth));
    all.add(request);
    return request;
  }

  Run begins(Request request, Life life) {
    Run run = new Run(++runs, life);
    request.runs.add(run);
    return run;
  }

  /** More of an object is durable. */
  void committed(ObjectId id) {
    for (Request request : all) {
      world.check(
          !request.target.equals(id) || request.runs.stream().filter(Run::isDurable).count() <= 1,
          "request " + request + " has had its effect once");
    }
  }

  /** The method's value leaves as the answer. */
  void answered(Request request, long value) {
    world.check(
        request.runs.stream().anyMatch(run -> run.number == value && run.isDurable()),
        "the answer to " + request + " is that of a run whose effect is durable");
    answeredBy(request, "run " + value);
  }

  /** What the method threw leaves as the answer. */
  void failed(Request request, String error) {
    world.check(
        request.runs.stream().anyMatch(Run::isDurable),
        "the failure of " + request + " is that of a run whose effect is durable");
    answeredBy(request, error);
  }

  private void answeredBy(Request request, String answer) {
    String first = request.answer;
    world.check(
        first == null || first.equals(answer),
        "request " + request + " was answered with " + first + ", now with " + answer);
    request.answer = answer;
  }
}

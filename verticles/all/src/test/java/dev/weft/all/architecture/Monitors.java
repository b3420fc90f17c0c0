package dev.weft.all.architecture;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds code that waits while it holds a monitor or a lock: whoever else wants it then waits as
 * well, and on the same context waits for itself.
 *
 * <p>Follows the flow of each method's byte code to know what is held where, and calls from method
 * to method, also to what overrides the one named. What a lambda does is not counted where it is
 * made.
 */
final class Monitors {

  /** What waits for something else to happen. */
  private static final Map<String, Set<String>> WAITS =
      Map.of(
          "io/vertx/core/Future", Set.of("await"),
          "java/util/concurrent/Future", Set.of("get"),
          "java/util/concurrent/FutureTask", Set.of("get"),
          "java/util/concurrent/CompletableFuture", Set.of("get", "join"),
          "java/util/concurrent/CountDownLatch", Set.of("await"),
          "java/util/concurrent/Semaphore", Set.of("acquire"),
          "java/lang/Thread", Set.of("sleep", "join"),
          "java/lang/Process", Set.of("waitFor"));

  private static final String LOCKS = "java/util/concurrent/locks/";

  private record Call(String owner, String method) {}

  /** A method and what it calls, and what of that while it holds something. */
  private record Body(String name, List<Call> calls, Set<Call> held) {}

  private final Map<String, Map<String, Body>> classes = new HashMap<>();
  private final Map<String, Set<String>> above = new HashMap<>();
  private final Map<String, Set<String>> below = new HashMap<>();
  private final Set<String> waiting = new HashSet<>();

  /** Each place, as the method that holds something and the call that may wait. */
  static Set<String> heldWhileWaiting(Collection<byte[]> classFiles) {
    Monitors monitors = new Monitors();
    classFiles.forEach(bytes -> monitors.add(ClassFile.of().parse(bytes)));
    monitors.spread();
    Set<String> found = new TreeSet<>();
    for (Map<String, Body> methods : monitors.classes.values()) {
      for (Body body : methods.values()) {
        for (Call call : body.held()) {
          if (monitors.waits(call)) {
            found.add(body.name() + " calls " + call.owner() + "." + call.method());
          }
        }
      }
    }
    return found;
  }

  private void add(ClassModel type) {
    String name = type.thisClass().asInternalName();
    Set<String> parents = new HashSet<>();
    type.superclass().ifPresent(parent -> parents.add(parent.asInternalName()));
    type.interfaces().forEach(parent -> parents.add(parent.asInternalName()));
    above.put(name, parents);
    parents.forEach(parent -> below.computeIfAbsent(parent, any -> new HashSet<>()).add(name));
    Map<String, Body> methods = new HashMap<>();
    for (MethodModel method : type.methods()) {
      String signature = method.methodName().stringValue() + method.methodType().stringValue();
      List<Call> calls = new ArrayList<>();
      Set<Call> held = new HashSet<>();
      boolean whole = method.flags().has(AccessFlag.SYNCHRONIZED);
      method.code().ifPresent(code -> follow(code, whole ? 1 : 0, calls, held));
      methods.put(signature, new Body(name + "." + signature, calls, held));
    }
    classes.put(name, methods);
  }

  /** Walks all ways through the code, with how much is held on each. */
  private static void follow(CodeModel code, int atFirst, List<Call> calls, Set<Call> held) {
    List<Instruction> steps = new ArrayList<>();
    Map<Label, Integer> labels = new HashMap<>();
    List<ExceptionCatch> handlers = new ArrayList<>();
    for (CodeElement element : code) {
      switch (element) {
        case LabelTarget target -> labels.put(target.label(), steps.size());
        case ExceptionCatch handler -> handlers.add(handler);
        case Instruction step -> steps.add(step);
        default -> {}
      }
    }
    int[] depths = new int[steps.size()];
    Arrays.fill(depths, -1);
    Deque<Integer> open = new ArrayDeque<>();
    reach(0, atFirst, depths, open);
    while (!open.isEmpty()) {
      int at = open.pop();
      int depth = depths[at];
      Instruction step = steps.get(at);
      for (ExceptionCatch handler : handlers) {
        if (Objects.requireNonNull(labels.get(handler.tryStart())) == at) {
          reach(Objects.requireNonNull(labels.get(handler.handler())), depth, depths, open);
        }
      }
      int after = Math.max(0, depth + change(step));
      for (int next : successors(step, at, labels)) {
        reach(next, after, depths, open);
      }
    }
    for (int at = 0; at < depths.length; at++) {
      if (steps.get(at) instanceof InvokeInstruction invoke) {
        Call call =
            new Call(
                invoke.owner().asInternalName(),
                invoke.name().stringValue() + invoke.type().stringValue());
        calls.add(call);
        if (depths[at] > 0) {
          held.add(call);
        }
      }
    }
  }

  private static void reach(int at, int depth, int[] depths, Deque<Integer> open) {
    if (at < depths.length && depth > depths[at] && depth < 8) {
      depths[at] = depth;
      open.push(at);
    }
  }

  private static int change(Instruction step) {
    return switch (step) {
      case MonitorInstruction monitor -> monitor.opcode() == Opcode.MONITORENTER ? 1 : -1;
      case InvokeInstruction invoke when invoke.owner().asInternalName().startsWith(LOCKS) ->
          switch (invoke.name().stringValue()) {
            case "lock", "lockInterruptibly", "tryLock" -> 1;
            case "unlock" -> -1;
            default -> 0;
          };
      default -> 0;
    };
  }

  private static List<Integer> successors(Instruction step, int at, Map<Label, Integer> labels) {
    List<Integer> next = new ArrayList<>();
    boolean goesOn = true;
    switch (step) {
      case BranchInstruction branch -> {
        next.add(labels.get(branch.target()));
        goesOn = branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
      }
      case TableSwitchInstruction table -> {
        next.addAll(targets(table.defaultTarget(), table.cases(), labels));
        goesOn = false;
      }
      case LookupSwitchInstruction lookup -> {
        next.addAll(targets(lookup.defaultTarget(), lookup.cases(), labels));
        goesOn = false;
      }
      case ReturnInstruction end -> goesOn = false;
      case ThrowInstruction end -> goesOn = false;
      default -> {}
    }
    if (goesOn) {
      next.add(at + 1);
    }
    return next;
  }

  private static List<Integer> targets(
      Label otherwise, List<SwitchCase> cases, Map<Label, Integer> labels) {
    List<Integer> targets = new ArrayList<>(List.of(labels.get(otherwise)));
    cases.forEach(one -> targets.add(labels.get(one.target())));
    return targets;
  }

  /** Whoever calls what waits, waits. */
  private void spread() {
    boolean more = true;
    while (more) {
      more = false;
      for (Map<String, Body> methods : classes.values()) {
        for (Body body : methods.values()) {
          if (!waiting.contains(body.name()) && body.calls().stream().anyMatch(this::waits)) {
            waiting.add(body.name());
            more = true;
          }
        }
      }
    }
  }

  private boolean waits(Call call) {
    String name = call.method().substring(0, call.method().indexOf('('));
    return WAITS.getOrDefault(call.owner(), Set.of()).contains(name)
        || candidates(call).stream().map(Body::name).anyMatch(waiting::contains);
  }

  /** The method that is named, inherited or overridden. */
  private Set<Body> candidates(Call call) {
    Set<Body> found = new HashSet<>();
    if (!classes.containsKey(call.owner())) {
      return found;
    }
    collect(call.owner(), call.method(), above, found);
    if (!call.method().startsWith("<init>")) {
      collect(call.owner(), call.method(), below, found);
    }
    return found;
  }

  private void collect(
      String type, String method, Map<String, Set<String>> towards, Set<Body> found) {
    Body body = classes.getOrDefault(type, Map.of()).get(method);
    if (body != null) {
      found.add(body);
    }
    towards.getOrDefault(type, Set.of()).forEach(next -> collect(next, method, towards, found));
  }
}

package dev.weft.all.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of the house, for modules below a root package: the real ones below {@code dev.weft},
 * and planted offenders below {@code dev.weft.fixture} that show each rule can fail.
 */
final class Rules {
  static final List<String> SERVICES = Services.ALL.stream().map(ServiceDescriptor::name).toList();

  /** Which modules a module may know. */
  static final Map<String, Set<String>> MAY_KNOW = arrows();

  private final String root;

  Rules(String root) {
    this.root = root;
  }

  private static Map<String, Set<String>> arrows() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    arrows.put("contracts", Set.of());
    arrows.put("json", Set.of("contracts"));
    arrows.put("postgres", Set.of("contracts"));
    arrows.put("mesh", Set.of("json", "contracts"));
    Set<String> objects = with(Set.of("json", "contracts"), "mesh", "postgres");
    arrows.put("durable", objects);
    Set<String> node = with(objects, "durable");
    arrows.put("node", node);
    Set<String> parts = with(node, "node");
    SERVICES.forEach(service -> arrows.put(service, parts));
    arrows.put("testkit", parts);
    arrows.put("all", with(parts, SERVICES.toArray(String[]::new)));
    arrows.put("history", Set.of());
    arrows.put("bench", with(parts, "testkit"));
    arrows.put("faults", with(parts, "testkit", "history", "bench"));
    return arrows;
  }

  private static Set<String> with(Set<String> modules, String... more) {
    Set<String> all = new TreeSet<>(modules);
    all.addAll(List.of(more));
    return all;
  }

  /** Contracts know the JDK, JSON annotations and null annotations. */
  ArchRule contractsKnowNothingElse() {
    return classes()
        .that()
        .resideInAPackage(below("contracts"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            below("contracts"),
            "java..",
            "com.fasterxml.jackson.annotation..",
            "org.jspecify.annotations..")
        .allowEmptyShould(true);
  }

  /** Arrows go down: a module knows what {@link #MAY_KNOW} says and no other of the house. */
  ArchRule knowsOnlyWhatLiesBelow(String module) {
    return classes()
        .that()
        .resideInAPackage(below(module))
        .should(keepTo(MAY_KNOW.getOrDefault(module, Set.of())))
        .allowEmptyShould(true);
  }

  /** Only mesh touches the event bus. */
  ArchRule onlyMeshTouchesTheEventBus() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(below("mesh"))
        .should(
            callMethodWhere(
                describe(
                    "Vertx.eventBus()", call -> call.getTarget().getName().equals("eventBus"))))
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx.core.eventbus..");
  }

  /** What is internal to a module is used by that module alone. */
  ArchRule internalsStayInside() {
    return classes().should(keepToOwnInternals());
  }

  /** {@code await} with a time-out leaves the context: two tasks would run at once. */
  ArchRule nobodyAwaitsWithATimeout() {
    return noClasses()
        .should(
            callMethodWhere(
                describe(
                    "Future.await(long, TimeUnit)",
                    call ->
                        call.getTarget().getName().equals("await")
                            && !call.getTarget().getRawParameterTypes().isEmpty()
                            && call.getTargetOwner().getName().startsWith("io.vertx.core."))));
  }

  /**
   * An interrupted virtual thread stalls its context for good. A thread may note an interrupt that
   * it has caught for itself.
   */
  ArchRule nobodyInterruptsAnother() {
    return noClasses()
        .should(
            callMethodWhere(
                describe(
                    "Thread.interrupt() of another thread",
                    (JavaMethodCall call) ->
                        call.getTarget().getName().equals("interrupt")
                            && call.getTargetOwner().isAssignableTo(Thread.class)
                            && call.getOrigin().getMethodCallsFromSelf().stream()
                                .noneMatch(
                                    other ->
                                        other.getTarget().getName().equals("currentThread")))));
  }

  /** A lock held across an await blocks whoever resumes. */
  ArchRule servicesHoldNoLocks() {
    return noClasses()
        .that()
        .resideInAnyPackage(SERVICES.stream().map(this::below).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks..")
        .allowEmptyShould(true);
  }

  /** What Vert.x may change in any release is known in one place. */
  ArchRule onlyOneAdapterKnowsVertxInternals() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".mesh.vertx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx.core.internal..", "io.vertx.core.impl..", "io.vertx.core..impl..");
  }

  /** What Hazelcast may change in any release is known in one place. */
  ArchRule onlyOneAdapterKnowsHazelcastsInternals() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".mesh.hazelcast..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hazelcast.internal..", "com.hazelcast..impl..");
  }

  /** One owner ends what runs, in an order; the JVM would run several hooks at once. */
  ArchRule oneShutdownHook() {
    return noClasses()
        .that()
        .doNotHaveFullyQualifiedName(root + ".node.Shutdown")
        .should(
            callMethodWhere(
                describe(
                    "Runtime.addShutdownHook(Thread)",
                    call -> call.getTarget().getName().equals("addShutdownHook"))));
  }

  /** What time it is comes from outside, so that a test can say it. */
  ArchRule timeIsInjected() {
    return noClasses()
        .should(
            callMethodWhere(
                describe(
                    "what asks the system what time it is",
                    call ->
                        switch (call.getTargetOwner().getName()) {
                          case "java.lang.System" ->
                              call.getTarget().getName().equals("currentTimeMillis");
                          case "java.time.Clock" -> call.getTarget().getName().startsWith("system");
                          default ->
                              call.getTargetOwner().getPackageName().equals("java.time")
                                  && call.getTarget().getName().equals("now")
                                  && call.getTarget().getRawParameterTypes().isEmpty();
                        })));
  }

  /** Parts get what they need by constructor: a field is never set from outside by annotation. */
  ArchRule nothingIsInjected() {
    return noFields()
        .should()
        .beAnnotatedWith(
            describe(
                "an annotation named Inject, Autowired or Resource",
                annotation ->
                    List.of("Inject", "Autowired", "Resource")
                        .contains(annotation.getRawType().getSimpleName())));
  }

  private String below(String module) {
    return root + "." + module + "..";
  }

  private ArchCondition<JavaClass> keepTo(Set<String> modules) {
    return new ArchCondition<>("know no other module of the house than " + modules) {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          Optional<String> to = module(dependency.getTargetClass());
          if (to.isPresent() && !to.equals(module(from)) && !modules.contains(to.get())) {
            events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
          }
        }
      }
    };
  }

  private ArchCondition<JavaClass> keepToOwnInternals() {
    return new ArchCondition<>("use internal packages of their own module only") {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          JavaClass to = dependency.getTargetClass();
          boolean internal = (to.getPackageName() + ".").contains(".internal.");
          if (internal && module(to).isPresent() && !module(to).equals(module(from))) {
            events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
          }
        }
      }
    };
  }

  /** The module of a class below the root; empty when it lies elsewhere. */
  private Optional<String> module(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(root + ".")) {
      return Optional.empty();
    }
    String rest = name.substring(root.length() + 1);
    int dot = rest.indexOf('.');
    return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
  }
}

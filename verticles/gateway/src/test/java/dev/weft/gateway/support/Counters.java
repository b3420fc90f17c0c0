package dev.weft.gateway.support;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.testkit.node.HostingService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service that hosts public objects, one namespace with a scope, and a private one. */
public final class Counters {

  /** What its objects can do. */
  public interface Counter {
    long add(long n);

    @Idempotent
    long value();

    void reset();

    /** Who calls: tenant, subject, request id. */
    List<String> caller();

    Point move(Point by, @Nullable String why);

    long refuse();

    long fail();

    String echo(String text);
  }

  /** Something with fields. */
  public record Point(int x, @Nullable Integer y) {}

  public static final Namespace<Counter> PUBLIC = Namespace.of("counter", Counter.class).asPublic();
  public static final Namespace<Counter> SCOPED =
      Namespace.of("metered", Counter.class).withScope("rag:write").asPublic();
  public static final Namespace<Counter> PRIVATE = Namespace.of("secret", Counter.class);

  /** The service. */
  public static HostingService service() {
    return HostingService.of(
        "counting",
        ObjectClass.of(PUBLIC, CounterObject::new),
        ObjectClass.of(SCOPED, CounterObject::new),
        ObjectClass.of(PRIVATE, CounterObject::new));
  }

  private record CounterObject(ObjectContext context) implements Counter {
    @Override
    public long add(long n) {
      long sum = value() + n;
      context.storage().put("value", sum);
      return sum;
    }

    @Override
    public long value() {
      return context.storage().get("value", Long.class, 0L);
    }

    @Override
    public void reset() {
      context.storage().deleteAll();
    }

    @Override
    public List<String> caller() {
      Identity caller = context.call().caller();
      return List.of(
          caller.tenant(),
          caller.subject(),
          context.call().requestId(),
          context.id().name().orElse(""));
    }

    @Override
    public Point move(Point by, @Nullable String why) {
      return new Point(by.x() + 1, by.y());
    }

    @Override
    public long refuse() {
      throw WeftError.of("shop:stock", Reason.CONFLICT, "Sold out.").exception();
    }

    @Override
    public long fail() {
      context.storage().put("failed", true);
      throw new IllegalStateException("the password is 1234");
    }

    @Override
    public String echo(String text) {
      return text;
    }
  }

  private Counters() {}
}

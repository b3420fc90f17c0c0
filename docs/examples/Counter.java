import dev.weft.contracts.objects.*;
import dev.weft.durable.*;
import dev.weft.node.StandaloneNode;

interface Counter {
  long add(long n);
}

static class CounterObject implements Counter {
  private final Storage storage;

  CounterObject(ObjectContext context) {
    storage = context.storage();
  }

  public long add(long n) {
    long sum = storage.get("sum", Long.class, 0L) + n;
    storage.put("sum", sum); // committed with the turn, before the answer leaves
    return sum;
  }
}

void main() {
  var counters = Namespace.of("counter", Counter.class).asOpen();
  try (var node = StandaloneNode.start(Path.of("data/example"))) {
    node.objects().host(ObjectClass.of(counters, CounterObject::new)).await();
    IO.println("visit " + node.objects().get(counters, "visits").add(1));
  }
}

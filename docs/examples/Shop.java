import dev.weft.contracts.objects.Idempotent;
import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.node.StandaloneNode;
import java.util.concurrent.CountDownLatch;

interface Stock {
  long add(long pieces);

  @Idempotent
  long pieces();
}

static final Namespace<Stock> STOCK = Namespace.of("stock", Stock.class).asPublic();

record StockObject(ObjectContext context) implements Stock {
  public long add(long pieces) {
    long sum = pieces() + pieces;
    context.storage().put("pieces", sum);
    return sum;
  }

  public long pieces() {
    return context.storage().get("pieces", Long.class, 0L);
  }
}

void main() throws InterruptedException {
  try (var node = StandaloneNode.join("shop")) {
    node.objects().host(ObjectClass.of(STOCK, StockObject::new)).await();
    IO.println("hosting " + STOCK);
    new CountDownLatch(1).await(); // until the process is told to stop
  }
}

package dev.weft.testkit.objects.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.WeftException;
import dev.weft.durable.ObjectClass;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.objects.ObjectsExtension;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The guide's transfer: accounts that pay each other at the same time, asked twice each. */
class TransferIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension
  static final ObjectsExtension objects =
      ObjectsExtension.hosting(ObjectClass.of(AccountObject.ACCOUNTS, AccountObject::new));

  private static Future<Void> pay(String from, String to, String id, long amount) {
    return objects.stub(AccountObject.ACCOUNTS, from).run(account -> account.pay(id, to, amount));
  }

  private static long balance(String account) {
    return objects.get(AccountObject.ACCOUNTS, account).balance();
  }

  @Test
  void allArriveOnceThoughTheyCrossAndAreAskedForTwice() {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(pay("ann", "bob", "ann-" + i, 3));
      all.add(pay("bob", "ann", "bob-" + i, 1));
      all.add(pay("ann", "bob", "ann-" + i, 3));
    }
    Future.all(all).await();
    Eventually.holds(PATIENCE, () -> balance("ann") == 60 && balance("bob") == 140);
  }

  @Test
  void whatIsNotThereIsNotPaid() {
    try {
      pay("poor", "rich", "too-much", 101).await();
      throw new AssertionError("was paid");
    } catch (WeftException e) {
      assertThat(e.error().code()).isEqualTo("account:balance.conflict");
    }
    assertThat(balance("poor")).isEqualTo(100);
  }
}

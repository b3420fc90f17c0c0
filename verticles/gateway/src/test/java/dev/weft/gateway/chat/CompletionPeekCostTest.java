package dev.weft.gateway.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.contracts.WeftException;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompletionPeekCostTest {

  @Test
  void aBodyIsPeekedAtInTimeLinearInItsBytes() {
    LinearCost cost = LinearCost.between(2_048, 65_536);
    cost.assertOn(Adversarial.json(), body -> peek(body));
    cost.assertOn(Adversarial.json(), part -> peek("{\"model\":\"m\",\"x\":" + part + "}"));
    LinearCost.between(1_024, 65_536)
        .assertOn(Adversarial.characters(), text -> peek("{\"a\":\"" + text + "\"}"));
  }

  private static void peek(String body) {
    try {
      CompletionPeek.of(body.getBytes(UTF_8));
    } catch (WeftException e) {
      // Refusing must be cheap, too.
    }
  }
}

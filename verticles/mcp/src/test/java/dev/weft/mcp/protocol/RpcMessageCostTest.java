package dev.weft.mcp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.json.Json;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RpcMessageCostTest {

  @Test
  void aMessageIsReadInTimeLinearInItsBytes() {
    LinearCost cost = LinearCost.between(2_048, 65_536);
    cost.assertOn(Adversarial.json(), body -> read(body));
    cost.assertOn(
        Adversarial.json(),
        part -> read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":" + part + "}"));
  }

  private static void read(String body) {
    try {
      RpcMessage.read(Json.strictTree(body.getBytes(UTF_8)));
    } catch (IOException | RpcException e) {
      // Refusing must be cheap, too.
    }
  }
}

package dev.weft.testkit.cost;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import dev.weft.json.Utf8;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** JSON of clients, providers and other nodes is read in time linear in its bytes. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JsonCostTest {
  // No larger: names that share a hash are kept in a tree, whose levels then begin to show.
  private static final LinearCost COST = LinearCost.between(2_048, 65_536);

  @Test
  void messagesOfOtherNodesAreRead() {
    COST.assertOn(Adversarial.json(), body -> decode(body, Object.class));
    COST.assertOn(Adversarial.json(), body -> decode(body, WeftError.class));
    COST.assertOn(
        Adversarial.json(),
        part ->
            decode(
                "{\"code\":\"a:invalid\",\"message\":\"m\",\"retryable\":false,"
                    + "\"outcome\":\"UNKNOWN\",\"details\":"
                    + part
                    + ",\"later\":"
                    + part
                    + "}",
                WeftError.class));
  }

  @Test
  void whatComesFromOutsideIsRead() {
    COST.assertOn(
        Adversarial.json(),
        body -> {
          byte[] bytes = body.getBytes(UTF_8);
          try {
            Json.tree(bytes, 0, bytes.length);
          } catch (IOException e) {
            // Refusing must be cheap, too.
          }
          try {
            Json.strictTree(bytes);
          } catch (IOException e) {
            // The same.
          }
        });
  }

  @Test
  void utf8IsChecked() {
    LinearCost.between(1_024, 65_536)
        .assertOn(
            "every other byte beyond ASCII",
            units -> "a\u00e9".repeat(units).getBytes(UTF_8),
            bytes -> Utf8.isValid(bytes, 0, bytes.length));
  }

  private static void decode(String body, Class<?> type) {
    try {
      Json.decode(body.getBytes(UTF_8), type);
    } catch (WeftException e) {
      // Refusing must be cheap, too.
    }
  }
}

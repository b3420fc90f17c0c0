package dev.weft.gateway.http;

import dev.weft.contracts.WeftException;
import dev.weft.gateway.auth.Credentials;
import dev.weft.gateway.http.request.RequestIds;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Paths and headers are read in time linear in their length. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DoorCostTest {
  private static final LinearCost COST = LinearCost.between(1_024, 65_536);

  @Test
  void pathsAreMatched() {
    for (String text : List.of("/v1/a/{b}/c/{d}", "/v1/{rest...}", "/v1/a")) {
      PathTemplate template = new PathTemplate(text);
      Pattern pattern = Pattern.compile(template.regex());
      for (String part : new String[] {"/", "%41", "%2F", "%", "a", "/a", "+", "\u00e9"}) {
        COST.assertOn(
            part + " in a row for " + text,
            units -> "/v1/a/" + part.repeat(units) + "/c/x",
            path -> {
              if (pattern.matcher(path).matches()) {
                template.match(path);
              }
              template.match(path);
            });
      }
    }
  }

  @Test
  void headersAreRead() {
    COST.assertOn(
        Adversarial.characters(),
        text -> {
          RequestIds.requestId(text);
          RequestIds.traceparent(text);
          for (String value : List.of(text, "Bearer " + text)) {
            try {
              Credentials.of(MultiMap.caseInsensitiveMultiMap().add("authorization", value));
            } catch (WeftException e) {
              // Refusing must be cheap, too.
            }
          }
        });
  }
}

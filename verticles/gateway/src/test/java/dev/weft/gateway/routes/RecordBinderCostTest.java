package dev.weft.gateway.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.testkit.cost.Adversarial;
import dev.weft.testkit.cost.LinearCost;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordBinderCostTest {
  private static final LinearCost COST = LinearCost.between(2_048, 65_536);
  private static final LinearCost SHORT = LinearCost.between(1_024, 65_536);

  private final RecordBinder<PutDocument> documents = new RecordBinder<>(PutDocument.class);
  private final RecordBinder<ListDocuments> lists = new RecordBinder<>(ListDocuments.class);

  @Test
  void aBodyIsReadInTimeLinearInItsBytes() {
    COST.assertOn(Adversarial.json(), body -> bind(documents, body, null));
    COST.assertOn(
        Adversarial.json(),
        part -> bind(documents, "{\"text\":\"t\",\"metadata\":" + part + "}", null));
    SHORT.assertOn(
        Adversarial.characters(), text -> bind(documents, "{\"text\":\"" + text + "\"}", null));
  }

  @Test
  void aQueryIsReadInTimeLinearInItsLength() {
    SHORT.assertOn(Adversarial.characters(), text -> bind(lists, "", "after=" + text));
    for (String part : new String[] {"%41", "+", "%", "&", "=", "&&a=", "after=1&", "%C3"}) {
      SHORT.assertOn(
          part + " in a row",
          units -> part.repeat(units),
          query -> {
            bind(lists, "", query);
            bind(lists, "", "after=" + query);
          });
    }
  }

  private static void bind(RecordBinder<?> binder, String body, @Nullable String query) {
    try {
      binder.bind(body.getBytes(UTF_8), Map.of("collection", "c"), query);
    } catch (WeftException e) {
      // Refusing must be cheap, too.
    }
  }
}

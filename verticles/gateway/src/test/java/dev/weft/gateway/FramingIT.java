package dev.weft.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.gateway.support.Smuggling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.provider.Arguments;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingIT {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

  private final Gateway gateway =
      Gateway.start(settings -> settings.set(GatewayKeys.ALLOWED_HOSTS, List.of("x", "y")), true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void oneRefusalAndAClosedConnectionWhateverIsHidden() throws Exception {
    Map<String, RawClient> clients = new LinkedHashMap<>();
    try {
      List<Arguments> all =
          Stream.of(Smuggling.heads(), Smuggling.bodies(), Smuggling.decoded())
              .flatMap(Function.identity())
              .toList();
      // Side by side, since each is closed only a little while after its answer.
      for (Arguments one : all) {
        RawClient client = gateway.connect();
        clients.put((String) one.get()[0], client);
        client.send(((String) one.get()[1]).getBytes(ISO_8859_1));
      }
      assertThat(clients).hasSameSizeAs(all);
      for (Map.Entry<String, RawClient> client : clients.entrySet()) {
        String answer = client.getValue().readAll();
        List<String> statuses = statuses(answer);
        assertThat(statuses).as("%s: %s", client.getKey(), answer).hasSize(1);
        assertThat(statuses.getFirst()).as(client.getKey()).isIn("400", "501");
        assertThat(answer)
            .as(client.getKey())
            .containsIgnoringCase("connection: close")
            .doesNotContain("<open>")
            .contains("\"code\":\"gateway:request.");
      }
    } finally {
      for (RawClient client : clients.values()) {
        client.close();
      }
    }
  }

  @Test
  void aFaultAfterAGoodRequestIsAnsweredInItsTurn() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET /docs HTTP/1.1\r\nHost: x\r\n\r\nGET /docs HTTP/1.1\r\nHost : x\r\n\r\n");
      String answer = client.readAll();

      assertThat(statuses(answer)).containsExactly("200", "400");
    }
  }

  @Test
  void aBodyThatBreaksOffBehindASlowAnswerIsRefusedInItsTurn() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "GET /v1/models/m HTTP/1.1\r\nHost: x\r\nX-Api-Key: "
              + Gateway.KEY
              + "\r\n\r\nPOST /v1/rag/search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Gateway.KEY
              + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n");
      String answer = client.readAll();

      assertThat(statuses(answer)).containsExactly("200", "400");
    }
  }

  @Test
  void whatIsInOrderIsServedOnOneConnection() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "\r\nGET http://y/docs HTTP/1.1\r\nHost: x\r\n\r\n"
              + "GET /v1/models/a%20%C3%A9%2F HTTP/1.1\r\nHost: x\r\nX-Api-Key: "
              + Gateway.KEY
              + "\r\n\r\nPOST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Gateway.KEY
              + "\r\nTransfer-Encoding: Chunked\r\n\r\n"
              + chunks(Gateway.completion("echo", false))
              + "GET /docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      String answer = client.readAll();

      assertThat(statuses(answer)).containsExactly("200", "200", "200", "200");
    }
  }

  private static List<String> statuses(String answers) {
    return STATUS.matcher(answers).results().map(found -> found.group(1)).toList();
  }

  private static String chunks(String body) {
    return "1;ext=\"a;\\\"b\";c\r\n"
        + body.charAt(0)
        + "\r\n"
        + Integer.toHexString(body.length() - 1)
        + " ; x\r\n"
        + body.substring(1)
        + "\r\n0;last\r\nX-Checksum: 1\r\nX-Empty:\r\n\r\n";
  }
}

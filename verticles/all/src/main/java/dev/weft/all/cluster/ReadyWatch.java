package dev.weft.all.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Asks the gateway how the cluster is. */
public final class ReadyWatch {
  private static final int TIMEOUT_MILLIS = 3_000;

  private final String url;

  /**
   * @param url of the gateway
   */
  public ReadyWatch(String url) {
    this.url = url;
  }

  /** Names of the services that are not up yet, the gateway's among them while it is silent. */
  public List<String> missing() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url + "/health").toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try (InputStream body =
          connection.getResponseCode() < 400
              ? connection.getInputStream()
              : connection.getErrorStream()) {
        List<String> missing = new ArrayList<>();
        byte[] answer = body.readAllBytes();
        for (JsonNode service : Json.tree(answer, 0, answer.length).path("services")) {
          if (!service.path("status").asText().equals("up")) {
            missing.add(service.path("service").asText());
          }
        }
        return missing;
      }
    } catch (IOException e) {
      return List.of(GatewayApi.SERVICE.name());
    }
  }
}

package dev.weft.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.Model;
import dev.weft.json.Json;
import dev.weft.mesh.ByteBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks one provider for its models, once. For one event loop; reads the answer on a worker. */
final class ModelListing implements ProviderCall.Listener {

  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_MODELS = 10_000;
  private static final int MAX_ID_CHARACTERS = 256;
  private final Vertx vertx;
  private final Provider provider;
  private final Promise<byte[]> body = Promise.promise();
  private final Watchdog watchdog;
  private final ProviderCall call;
  private final ByteBudget.Hold room;

  private ModelListing(
      Vertx vertx, ProviderClient client, ByteBudget budget, Provider provider, Duration limit) {
    this.vertx = vertx;
    this.room = budget.answer();
    this.provider = provider;
    this.watchdog =
        new Watchdog(
            vertx, limit, (what, time) -> failed(ProviderErrors.timeout(provider, what, time)));
    this.call = new ProviderCall(client, provider, provider.listing(), Buffer.buffer(), this);
    watchdog.expect("did not list its models", limit);
  }

  /** The provider's models; fails with what went wrong. */
  static Future<List<Model>> ask(
      Vertx vertx, ProviderClient client, ByteBudget budget, Provider provider, Duration limit) {
    ModelListing listing = new ModelListing(vertx, client, budget, provider, limit);
    listing.call.send();
    return listing
        .body
        .future()
        .compose(bytes -> vertx.executeBlocking(() -> listing.read(bytes), false))
        .onComplete((models, failure) -> listing.room.release());
  }

  @Override
  public void sent() {}

  @Override
  public void head(HttpClientResponse response) {
    BodyCollector.collect(vertx, provider, response, MAX_BYTES, () -> {}, room, call)
        .onComplete(
            (bytes, failure) -> {
              if (bytes == null) {
                failed(WeftException.from("chat", failure).error());
              } else if (Relay.isSuccess(response)) {
                watchdog.stop();
                body.tryComplete(bytes);
              } else {
                failed(
                    ProviderErrors.ofStatus(
                        provider, response.statusCode(), response.headers(), bytes));
              }
            });
  }

  @Override
  public void failed(WeftError error) {
    watchdog.stop();
    call.reset();
    body.tryFail(error.exception());
  }

  private List<Model> read(byte[] bytes) {
    List<Model> out = new ArrayList<>();
    try {
      for (JsonNode model : Json.tree(bytes, 0, bytes.length).path("data")) {
        String id = model.path("id").asText("");
        if (!id.isEmpty() && id.length() <= MAX_ID_CHARACTERS && out.size() < MAX_MODELS) {
          out.add(new Model(id, "model", model.path("created").asLong(0), provider.name()));
        }
      }
    } catch (IOException e) {
      throw ProviderErrors.nonsense(provider, "lists its models in something that is not JSON")
          .exception();
    }
    return List.copyOf(out);
  }
}

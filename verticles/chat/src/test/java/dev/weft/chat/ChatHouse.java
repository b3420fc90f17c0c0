package dev.weft.chat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.CallContext;
import dev.weft.testkit.node.TestNode;
import dev.weft.testkit.upstream.ScriptedUpstream;
import io.vertx.core.Vertx;
import java.util.function.UnaryOperator;

/** A chat node and the provider it talks to. */
final class ChatHouse implements AutoCloseable {

  static final String KEY = "sk-test-secret-0123456789";

  final Vertx vertx = Vertx.vertx();
  final ScriptedUpstream upstream = ScriptedUpstream.start(vertx);
  TestNode node;

  private ChatHouse(UnaryOperator<TestNode.Builder> settings) {
    node =
        settings
            .apply(
                TestNode.builder()
                    .set(ChatKeys.OPENAI_API_KEY, KEY)
                    .set(ChatKeys.OPENAI_BASE_URL, upstream.baseUrl())
                    .set(ChatKeys.OFFLINE_TOKENS_PER_SECOND, 0))
            .start(new ChatService(), new FakeRag());
  }

  static ChatHouse open() {
    return open(settings -> settings);
  }

  static ChatHouse open(UnaryOperator<TestNode.Builder> settings) {
    return new ChatHouse(settings);
  }

  CallContext caller() {
    return node.as("acme", "ann", Scopes.CHAT_INVOKE, Scopes.MODELS_READ, Scopes.RAG_READ);
  }

  /** A request's body. */
  static String body(String model, boolean stream, String more) {
    return "{\"model\":\""
        + model
        + "\",\"stream\":"
        + stream
        + more
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Where do whales sleep?\"}]}";
  }

  /** A request of the built-in model. */
  static String asking(String question, String more) {
    return "{\"model\":\"weft-offline\""
        + more
        + ",\"messages\":[{\"role\":\"user\",\"content\":\""
        + question
        + "\"}]}";
  }

  StreamProbe stream(String model) {
    return streamBody(body(model, true, ""));
  }

  StreamProbe streamBody(String body) {
    return StreamProbe.open(node.mesh(), caller(), body);
  }

  String create(String model) {
    return createBody(body(model, false, ""));
  }

  String createBody(String body) {
    return node.mesh().call(ChatApi.CREATE_COMPLETION, Raw.of(body), caller()).await().text();
  }

  /** The error that a request is answered with. */
  WeftError failure(String body) {
    try {
      String answer = createBody(body);
      throw new AssertionError("answered with " + answer);
    } catch (WeftException e) {
      return e.error();
    }
  }

  @Override
  public void close() {
    node.close();
    vertx.close().await();
  }
}

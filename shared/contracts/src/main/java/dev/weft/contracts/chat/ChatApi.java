package dev.weft.contracts.chat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.HttpRoute;

/**
 * What chat can be asked. Completion requests are the bytes of OpenAI's {@code POST
 * /v1/chat/completions} body, with two fields of our own: {@code conversation} (a name) and {@code
 * rag} ({@code {"collection": …}}).
 *
 * <p>An answer to a request with {@code rag} has one field more than OpenAI's, {@code weft}: {@code
 * {"citations": [{index, collection, document_id, title, start, end, score}]}}, in the body or on
 * the first event of the stream; {@code [n]} in the text stands for the citation with that index.
 *
 * <p>A turn of a conversation is kept before the client learns that the answer ended; of an answer
 * that was cut or given up, the part that came is kept as incomplete.
 *
 * <p>Errors: {@code chat:request.invalid}, {@code chat:model.not_found}, {@code
 * chat:conversation.busy}, {@code chat:conversation.conflict} (the turn was lost, nothing is kept),
 * {@code chat:conversation.unavailable}; those of the provider: {@code chat:provider.invalid},
 * {@code .not_found}, {@code .denied}, {@code .conflict}, {@code .too_large} (it refuses the
 * request), {@code .rate_limited}, {@code .quota}, {@code .timeout}, {@code .unavailable}, {@code
 * .upstream} (it fails, answers nonsense, cuts its answer, or refuses Weft's key); those of
 * retrieval. An outside answer's status and error object travel in the details.
 */
public final class ChatApi {

  /** One completion; the reply is the JSON body. */
  public static final UnaryEndpoint<Raw, Raw> CREATE_COMPLETION =
      Endpoint.unary("chat.completions.create", Raw.class, Raw.class).withScope(Scopes.CHAT_INVOKE);

  /**
   * One completion as server-sent events. Items are pieces of the event stream, cut at event
   * boundaries; the {@code [DONE]} event is among them after success only. A stream that fails
   * before its first item has had no visible output.
   */
  public static final StreamEndpoint<Raw, Raw> STREAM_COMPLETION =
      Endpoint.stream("chat.completions.stream", Raw.class, Raw.class)
          .withScope(Scopes.CHAT_INVOKE);

  public static final UnaryEndpoint<Empty, ModelList> LIST_MODELS =
      Endpoint.unary("chat.models.list", Empty.class, ModelList.class)
          .asIdempotent()
          .withScope(Scopes.MODELS_READ);

  public static final UnaryEndpoint<GetModel, Model> GET_MODEL =
      Endpoint.unary("chat.models.get", GetModel.class, Model.class)
          .asIdempotent()
          .withScope(Scopes.MODELS_READ);

  /** The chat service. */
  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("chat", 8002, 5702, "/v1/chat/health")
          .titled("Chat", "Completions and models, as in OpenAI's API.")
          .needing("rag")
          .answering(
              HttpRoute.of(
                      "createChatCompletion",
                      HttpRoute.Method.POST,
                      "/v1/chat/completions",
                      new Binding.Bytes(CREATE_COMPLETION, STREAM_COMPLETION),
                      HttpRoute.Body.REQUEST)
                  .says("Create a chat completion", "The completion, or its events.")
                  .describedAs(
                      "The request of OpenAI's API; fields not listed here are passed on to the"
                          + " model's provider. With `stream: true` the answer is a stream of"
                          + " server-sent events: one `data:` line each, the last one `[DONE]` and"
                          + " only after success. A failure before the first event is an HTTP"
                          + " error; one after it is a last event `data: {\"error\": {…}}` without"
                          + " `[DONE]`. In silence a comment line `: ping` is sent. Closing the"
                          + " connection stops the work at once.")
                  .withOperation("/dev/weft/contracts/chat/completions.json")
                  .failsWith(Reason.NOT_FOUND, Reason.CONFLICT, Reason.UPSTREAM),
              HttpRoute.get("listModels", "/v1/models", LIST_MODELS)
                  .says("List models", "The models a request may name."),
              HttpRoute.get("getModel", "/v1/models/{id...}", GET_MODEL)
                  .says("Get a model", "The model."));

  private ChatApi() {}
}

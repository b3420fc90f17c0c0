package dev.weft.chat.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.chat.conversation.ConversationStore;
import dev.weft.chat.wire.CompletionRequest;
import dev.weft.chat.wire.ObjectEdit;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import java.util.ArrayList;
import java.util.List;

/** Prepares requests. Straight code: call it on a virtual thread of Vert.x. */
public final class Preparation {

  private static final int MAX_QUERY_CHARACTERS = 100_000;

  private final Mesh mesh;
  private final ConversationStore store;

  public Preparation(Mesh mesh, ConversationStore store) {
    this.mesh = mesh;
    this.store = store;
  }

  /**
   * Looks up what the request wants. Whoever gets the result must end its lease.
   *
   * @param tellModel whether passages are put among the messages, for a model that reads them there
   * @throws dev.weft.contracts.WeftException {@code chat:request.invalid}, {@code
   *     chat:conversation.busy}, {@code rag:collection.not_found} and what else retrieval refuses
   */
  public Prepared prepare(CompletionRequest request, CallContext context, boolean tellModel) {
    List<Message> messages = Message.list(request.messages());
    String conversation = request.conversation();
    List<ConversationStore.Item> asked = conversation == null ? List.of() : itemsToKeep(messages);
    ConversationStore.Lease lease =
        conversation == null ? null : store.lease(context.caller().tenant(), conversation).await();
    try {
      List<Passage> passages = search(request, messages, context);
      boolean searched = request.rag() != null;
      ConversationStore.History history = lease == null ? Prepared.NO_HISTORY : lease.history();
      byte[] all =
          put(
              messages,
              Sendable.of(history.messages(), messages),
              searched && tellModel ? Passage.instructions(passages) : "");
      return new Prepared(request.withMessages(all), passages, searched, history, lease, asked);
    } catch (RuntimeException | Error e) {
      if (lease != null) {
        lease.release().otherwiseEmpty().await();
      }
      throw e;
    }
  }

  /** Instructions belong to a request; what is said belongs to the conversation. */
  private static List<ConversationStore.Item> itemsToKeep(List<Message> messages) {
    List<ConversationStore.Item> out = new ArrayList<>();
    for (Message message : messages) {
      if (!message.instructs()) {
        out.add(new ConversationStore.Item(message.role(), true, message.json()));
      }
    }
    if (out.isEmpty()) {
      throw CompletionRequest.invalid(
          "messages", "messages has only instructions: a conversation goes on with a message.");
    }
    return out;
  }

  private List<Passage> search(
      CompletionRequest request, List<Message> messages, CallContext context) {
    CompletionRequest.RagRequest rag = request.rag();
    if (rag == null) {
      return List.of();
    }
    String query = "";
    for (Message message : messages) {
      if (message.role().equals("user") && !message.text().isBlank()) {
        query = message.text();
      }
    }
    if (query.isEmpty()) {
      throw CompletionRequest.invalid(
          "messages",
          "messages has no user message with text, and rag searches with the last one.");
    }
    String shortened = shortened(query);
    return Passage.of(
        mesh.call(RagApi.SEARCH, new Search(rag.collection(), shortened, rag.limit()), context)
            .await());
  }

  /** A question of any length in what retrieval takes: its beginning and, as much, its end. */
  private static String shortened(String query) {
    if (query.length() <= MAX_QUERY_CHARACTERS) {
      return query;
    }
    int half = MAX_QUERY_CHARACTERS / 2 - 1;
    int head = Character.isHighSurrogate(query.charAt(half - 1)) ? half - 1 : half;
    int from = query.length() - half;
    int tail = Character.isLowSurrogate(query.charAt(from)) ? from + 1 : from;
    return query.substring(0, head) + "\n" + query.substring(tail);
  }

  /** The request's instructions, the passages, the history, and the rest of the request. */
  private static byte[] put(List<Message> messages, List<String> history, String passages) {
    int first = 0;
    while (first < messages.size() && messages.get(first).instructs()) {
      first++;
    }
    List<String> all = new ArrayList<>();
    messages.subList(0, first).forEach(message -> all.add(message.json()));
    if (!passages.isEmpty()) {
      all.add(
          "{\"role\":\"system\",\"content\":"
              + new String(ObjectEdit.quote(passages), UTF_8)
              + "}");
    }
    all.addAll(history);
    messages.subList(first, messages.size()).forEach(message -> all.add(message.json()));
    return ("[" + String.join(",", all) + "]").getBytes(UTF_8);
  }
}

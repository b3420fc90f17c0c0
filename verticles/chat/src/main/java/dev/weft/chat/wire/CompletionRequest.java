package dev.weft.chat.wire;

import com.fasterxml.jackson.core.JsonToken;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A completion request: its bytes, and what of them Weft itself needs to know. Everything else is
 * the provider's to check. Immutable.
 */
public final class CompletionRequest {

  private static final String RAG = "rag";
  private static final String CONVERSATION = "conversation";
  private static final int MAX_CONVERSATION_CHARACTERS = 128;
  private static final int DEFAULT_PASSAGES = 5;
  private static final int MAX_PASSAGES = 50;
  private static final byte[] WITH_USAGE =
      "{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);

  private final Fields fields;
  private final String model;
  private final boolean stream;
  private final boolean usageWanted;
  private final int choices;
  private final @Nullable RagRequest rag;
  private final @Nullable String conversation;

  /**
   * What the client wants to be looked up.
   *
   * @param limit passages at most
   */
  public record RagRequest(String collection, int limit) {}

  private CompletionRequest(Fields fields) throws IOException {
    this.fields = fields;
    this.model = text("model", "");
    this.stream = flag("stream");
    this.usageWanted = usageWanted(fields);
    this.choices = number("n");
    this.conversation = conversation(fields);
    this.rag = rag(fields);
    checkMessages();
    if (conversation != null && choices > 1) {
      throw invalid("n", "A conversation goes on with one answer: leave out n, or set it to 1.");
    }
  }

  /**
   * Reads a request.
   *
   * @throws WeftException {@code json:invalid} when it is no JSON object as it should be, {@code
   *     chat:request.invalid} with the field at fault
   */
  public static CompletionRequest read(byte[] bytes) {
    try {
      return new CompletionRequest(Fields.ofObject(bytes));
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  /** The error for a request that cannot be answered. */
  public static WeftException invalid(@Nullable String param, String message) {
    WeftError error = WeftError.of("chat:request", Reason.INVALID, message);
    return (param == null ? error : error.withDetail(WeftError.PARAM, param)).exception();
  }

  /** The model's name as sent; empty when there is none. */
  public String model() {
    return model;
  }

  public boolean stream() {
    return stream;
  }

  /** Whether the client asked for a usage chunk at the end of the stream. */
  public boolean usageWanted() {
    return usageWanted;
  }

  /** How many answers are asked for, at least 1. */
  public int choices() {
    return choices;
  }

  public @Nullable RagRequest rag() {
    return rag;
  }

  /** The conversation's name; null when none is named. */
  public @Nullable String conversation() {
    return conversation;
  }

  /** The fields with their places. */
  public Fields fields() {
    return fields;
  }

  /** The JSON of the messages: an array with at least one element. */
  public byte[] messages() {
    Fields.Field field = fields.get("messages");
    return field == null ? new byte[0] : fields.value(field);
  }

  /** The same request with other messages. */
  public CompletionRequest withMessages(byte[] messages) {
    return read(new ObjectEdit(fields).put("messages", messages).bytes());
  }

  /**
   * The body for the provider: the client's bytes, without our own fields, with the model's name as
   * the provider knows it, and asking for usage.
   *
   * @param modelName null to leave the name as it is
   * @param askForUsage whether a stream shall end with a usage chunk even if the client does not
   *     want one
   */
  public byte[] toProvider(@Nullable String modelName, boolean askForUsage) {
    ObjectEdit edit = new ObjectEdit(fields).remove(RAG).remove(CONVERSATION);
    if (modelName != null && !modelName.equals(model)) {
      edit.put("model", ObjectEdit.quote(modelName));
    }
    if (stream && askForUsage && !usageWanted) {
      edit.put("stream_options", streamOptions());
    }
    return edit.bytes();
  }

  private byte[] streamOptions() {
    Fields.Field field = fields.get("stream_options");
    if (field == null || field.isNull()) {
      return WITH_USAGE;
    }
    try {
      return new ObjectEdit(Fields.ofObject(fields.value(field)))
          .put("include_usage", "true")
          .bytes();
    } catch (IOException e) {
      throw new IllegalStateException("stream_options was read before", e);
    }
  }

  private static boolean usageWanted(Fields fields) throws IOException {
    Fields.Field options = fields.get("stream_options");
    if (options == null || options.isNull()) {
      return false;
    }
    if (options.token() != JsonToken.START_OBJECT) {
      throw invalid("stream_options", "stream_options must be an object.");
    }
    Fields.Field usage = fields.objectAt(options).get("include_usage");
    return usage != null && usage.token() == JsonToken.VALUE_TRUE;
  }

  private static @Nullable String conversation(Fields fields) throws IOException {
    Fields.Field field = fields.get(CONVERSATION);
    if (field == null || field.isNull()) {
      return null;
    }
    String name = field.token() == JsonToken.VALUE_STRING ? fields.text(field) : "";
    if (name.isBlank() || name.length() > MAX_CONVERSATION_CHARACTERS || name.indexOf(0) >= 0) {
      throw invalid(
          CONVERSATION,
          "conversation must be a name of 1 to " + MAX_CONVERSATION_CHARACTERS + " characters.");
    }
    return name;
  }

  private static @Nullable RagRequest rag(Fields fields) throws IOException {
    Fields.Field field = fields.get(RAG);
    if (field == null || field.isNull()) {
      return null;
    }
    if (field.token() != JsonToken.START_OBJECT) {
      throw invalid(RAG, "rag must be an object: {\"collection\": \"name\", \"limit\": 5}.");
    }
    Fields inner = fields.objectAt(field);
    for (Fields.Field known : inner.list()) {
      if (!Set.of("collection", "limit").contains(known.name())) {
        throw invalid(RAG + "." + known.name(), "rag knows collection and limit only.");
      }
    }
    Fields.Field collection = inner.get("collection");
    if (collection == null || collection.token() != JsonToken.VALUE_STRING) {
      throw invalid(RAG + ".collection", "rag.collection must be the name of a collection.");
    }
    Fields.Field limit = inner.get("limit");
    int passages = DEFAULT_PASSAGES;
    if (limit != null && !limit.isNull()) {
      passages = smallNumber(inner, limit);
      if (passages < 1 || passages > MAX_PASSAGES) {
        throw invalid(RAG + ".limit", "rag.limit must be a number from 1 to " + MAX_PASSAGES + ".");
      }
    }
    return new RagRequest(inner.text(collection), passages);
  }

  private void checkMessages() throws IOException {
    Fields.Field field = fields.get("messages");
    if (field == null) {
      throw invalid("messages", "messages is missing: a list of at least one message.");
    }
    if (field.token() != JsonToken.START_ARRAY) {
      throw invalid("messages", "messages must be a list of messages.");
    }
    int first = field.start() + 1;
    byte[] bytes = fields.bytes();
    while (Arrays.binarySearch(SPACES, bytes[first]) >= 0) {
      first++;
    }
    if (bytes[first] == ']') {
      throw invalid("messages", "messages is empty: it needs at least one message.");
    }
  }

  /** JSON's white space, in order. */
  private static final byte[] SPACES = {'\t', '\n', '\r', ' '};

  private String text(String name, String otherwise) throws IOException {
    Fields.Field field = fields.get(name);
    if (field == null || field.isNull()) {
      return otherwise;
    }
    if (field.token() != JsonToken.VALUE_STRING) {
      throw JsonFaults.invalid("'" + name + "' must be a string.", name).exception();
    }
    return fields.text(field);
  }

  private boolean flag(String name) {
    Fields.Field field = fields.get(name);
    if (field == null || field.isNull()) {
      return false;
    }
    if (field.token() != JsonToken.VALUE_TRUE && field.token() != JsonToken.VALUE_FALSE) {
      throw JsonFaults.invalid("'" + name + "' must be true or false.", name).exception();
    }
    return field.token() == JsonToken.VALUE_TRUE;
  }

  private int number(String name) {
    Fields.Field field = fields.get(name);
    if (field == null || field.isNull()) {
      return 1;
    }
    int value = smallNumber(fields, field);
    if (value < 1) {
      throw invalid(name, name + " must be a whole number from 1.");
    }
    return value;
  }

  /** A whole number of up to nine digits, or -1. */
  private static int smallNumber(Fields fields, Fields.Field field) {
    if (field.token() != JsonToken.VALUE_NUMBER_INT || field.end() - field.start() > 9) {
      return -1;
    }
    return Integer.parseInt(
        new String(
            fields.bytes(), field.start(), field.end() - field.start(), StandardCharsets.US_ASCII));
  }
}

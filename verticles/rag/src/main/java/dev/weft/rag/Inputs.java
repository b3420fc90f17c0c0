package dev.weft.rag;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.CreateCollection;
import dev.weft.contracts.rag.Embed;
import dev.weft.contracts.rag.ListDocuments;
import dev.weft.contracts.rag.PutDocument;
import dev.weft.contracts.rag.Search;
import dev.weft.rag.embed.EmbeddingModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What requests may hold. Every refusal says which field is wrong and what would be right. */
final class Inputs {

  static final int MAX_TEXT_BYTES = 4 * 1024 * 1024;

  private static final String COLLECTION = "rag:collection";
  private static final String DOCUMENT = "rag:document";
  private static final String SEARCH = "rag:search";
  private static final String EMBEDDING = "rag:embedding";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_DESCRIPTION = 1_000;
  private static final int MAX_ID = 200;
  private static final int MAX_TITLE = 500;
  private static final int MAX_METADATA_KEYS = 32;
  private static final int MAX_METADATA_KEY = 64;
  private static final int MAX_METADATA_VALUE = 1_000;
  private static final int MAX_QUERY = 100_000;
  private static final int MAX_HITS = 50;
  private static final int DEFAULT_HITS = 5;
  private static final int MAX_PAGE = 100;
  private static final int DEFAULT_PAGE = 20;
  private static final int MAX_TEXTS = 256;
  private static final int MAX_EMBEDDED_CHARACTERS = 100_000;

  static CreateCollection checked(CreateCollection request) {
    if (!NAME.matcher(request.name()).matches()) {
      throw invalid(
          COLLECTION,
          "name",
          "The name of a collection is 1 to 64 letters (a-z, A-Z), digits, dots, dashes and"
              + " underscores, not '%s'.".formatted(shown(request.name())));
    }
    if (request.description() != null) {
      checkText(COLLECTION, "description", request.description(), MAX_DESCRIPTION);
    }
    return request;
  }

  static PutDocument checked(PutDocument request) {
    if (request.id() != null) {
      checkLine(DOCUMENT, "id", request.id(), MAX_ID);
    }
    if (request.title() != null) {
      checkLine(DOCUMENT, "title", request.title(), MAX_TITLE);
    }
    if (request.metadata() != null) {
      checkMetadata(request.metadata());
    }
    checkDocumentText(request.text());
    return request;
  }

  private static void checkMetadata(Map<String, String> metadata) {
    if (metadata.size() > MAX_METADATA_KEYS) {
      throw invalid(
          DOCUMENT,
          "metadata",
          "Metadata has at most %d keys, not %d.".formatted(MAX_METADATA_KEYS, metadata.size()));
    }
    for (Map.Entry<String, @Nullable String> entry : metadata.entrySet()) {
      checkLine(DOCUMENT, "metadata key", entry.getKey(), MAX_METADATA_KEY);
      String field = "metadata." + entry.getKey();
      if (entry.getValue() == null) {
        throw invalid(DOCUMENT, field, "The value of '%s' is missing.".formatted(field));
      }
      checkText(DOCUMENT, field, entry.getValue(), MAX_METADATA_VALUE);
    }
  }

  private static void checkDocumentText(String text) {
    checkCharacters(DOCUMENT, "text", text);
    long bytes = utf8Length(text);
    if (bytes > MAX_TEXT_BYTES) {
      throw WeftError.of(
              DOCUMENT,
              Reason.TOO_LARGE,
              "The text of a document is at most 4 MiB of UTF-8, not %d bytes; cut it into several."
                  .formatted(bytes))
          .withDetail(WeftError.PARAM, "text")
          .exception();
    }
  }

  /** The refusal of a text in which there is nothing to find. */
  static WeftException blankDocument() {
    return invalid(DOCUMENT, "text", "The text of the document is blank.");
  }

  /** The failure of a document whose turn to be processed did not come in the caller's time. */
  static WeftException late() {
    return WeftError.of(
            DOCUMENT,
            Reason.TIMEOUT,
            "The document was not processed in time: others were before it. Try again soon.")
        .exception();
  }

  static Search checked(Search request) {
    if (request.query().isBlank()) {
      throw invalid(SEARCH, "query", "The query is empty; say what to look for.");
    }
    checkText(SEARCH, "query", request.query(), MAX_QUERY);
    return request;
  }

  static int hits(Search request) {
    return within(SEARCH, "limit", request.limit(), MAX_HITS, DEFAULT_HITS);
  }

  static int pageSize(ListDocuments request) {
    return within(DOCUMENT, "limit", request.limit(), MAX_PAGE, DEFAULT_PAGE);
  }

  static Embed checked(Embed request) {
    List<String> texts = request.texts();
    if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
      throw invalid(
          EMBEDDING,
          "texts",
          "1 to %d texts can be embedded at once, not %d.".formatted(MAX_TEXTS, texts.size()));
    }
    for (int i = 0; i < texts.size(); i++) {
      String field = "texts[" + i + "]";
      if (texts.get(i).isBlank()) {
        throw invalid(EMBEDDING, field, "The text %s is empty.".formatted(field));
      }
      checkText(EMBEDDING, field, texts.get(i), MAX_EMBEDDED_CHARACTERS);
    }
    return request;
  }

  /** The model asked for, or the one for the texts' script. */
  static EmbeddingModel model(Embed request) {
    String wanted = request.model();
    if (wanted == null) {
      return EmbeddingModel.forTexts(request.texts());
    }
    return EmbeddingModel.byId(wanted)
        .orElseThrow(
            () ->
                invalid(
                    EMBEDDING,
                    "model",
                    "There is no embedding model '%s'; there are %s."
                        .formatted(
                            shown(wanted),
                            Arrays.stream(EmbeddingModel.values())
                                .map(EmbeddingModel::id)
                                .collect(Collectors.joining(", ")))));
  }

  private static int within(
      String area, String field, @Nullable Integer value, int most, int otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (value < 1 || value > most) {
      throw invalid(area, field, "%s is 1 to %d, not %d.".formatted(field, most, value));
    }
    return value;
  }

  private static void checkLine(String area, String field, String value, int most) {
    if (value.isBlank()) {
      throw invalid(area, field, "%s is empty.".formatted(field));
    }
    checkText(area, field, value, most);
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw invalid(area, field, "%s contains a control character.".formatted(field));
    }
  }

  private static void checkText(String area, String field, String value, int most) {
    if (value.length() > most) {
      throw invalid(
          area,
          field,
          "%s is at most %,d characters, not %,d.".formatted(field, most, value.length()));
    }
    checkCharacters(area, field, value);
  }

  /** Refuses what PostgreSQL cannot store: NUL, and halves of a surrogate pair. */
  private static void checkCharacters(String area, String field, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == 0) {
        throw invalid(
            area, field, "%s contains the character NUL at offset %d.".formatted(field, i));
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == value.length() || !Character.isSurrogatePair(c, value.charAt(i + 1))) {
          throw invalid(
              area,
              field,
              "%s contains half of a surrogate pair at offset %d.".formatted(field, i));
        }
        i++;
      }
    }
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate is half of a pair, whose UTF-8 is four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  /** The beginning of what was given, without characters that could disturb a log. */
  private static String shown(String value) {
    String start = value.length() > 80 ? value.substring(0, 80) + "…" : value;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  private static WeftException invalid(String area, String field, String message) {
    return WeftError.of(area, Reason.INVALID, message)
        .withDetail(WeftError.PARAM, field)
        .exception();
  }

  private Inputs() {}
}

package dev.weft.rag.work;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.rag.text.Budget;
import org.jspecify.annotations.Nullable;

/** What is said of documents that cannot be processed. */
public final class DocumentFaults {

  static final String AREA = "rag:document";

  /** The refusal of a document. */
  static WeftException unprocessable(String why, @Nullable Throwable cause) {
    WeftError error =
        WeftError.of(AREA, Reason.UNPROCESSABLE, "The document cannot be processed: " + why + ".");
    return cause == null ? error.exception() : error.exception(cause);
  }

  /** What a fault says of a document, in words for the person who brought it. */
  public static String reason(Throwable fault) {
    return switch (fault) {
      case Budget.Exceeded exceeded -> String.valueOf(exceeded.getMessage());
      case StackOverflowError nested -> "it is nested too deeply";
      case OutOfMemoryError memory -> "it takes more memory than there is";
      default ->
          "a fault of our own (" + fault.getClass().getSimpleName() + "); see the log of rag";
    };
  }

  private DocumentFaults() {}
}

package dev.weft.json;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;

/**
 * How large and how complex JSON may be. What comes from outside (a client's request, a provider's
 * answer, a file) is held to the narrower limits; what nodes send each other and what is stored
 * wraps it, so it may go somewhat further.
 */
public final class JsonLimits {

  /** Longest document, in bytes. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  /** Deepest nesting of what comes from outside. */
  public static final int MAX_DEPTH = 64;

  /** Most names, values and brackets of a document from outside. */
  public static final int MAX_TOKENS = 1_000_000;

  /** Most fields of one object from outside. */
  public static final int MAX_FIELDS = 4_096;

  /** Longest field name from outside, in characters. */
  public static final int MAX_NAME_CHARACTERS = 4_096;

  /** Longest number, in characters. */
  public static final int MAX_NUMBER_CHARACTERS = 1_000;

  /** Deepest nesting between nodes and in storage. */
  static final int MAX_DEPTH_INSIDE = 200;

  /** Deepest nesting that is written: it can still be wrapped and read. */
  private static final int MAX_DEPTH_WRITTEN = MAX_DEPTH_INSIDE - 20;

  private static final int MAX_TOKENS_INSIDE = 5_000_000;

  static final StreamReadConstraints OUTSIDE =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxTokenCount(MAX_TOKENS)
          .maxNameLength(MAX_NAME_CHARACTERS)
          .maxNumberLength(MAX_NUMBER_CHARACTERS)
          .maxStringLength(MAX_BYTES)
          .build();

  static final StreamReadConstraints INSIDE =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH_INSIDE)
          .maxTokenCount(MAX_TOKENS_INSIDE)
          .maxNumberLength(MAX_NUMBER_CHARACTERS)
          .maxStringLength(MAX_BYTES)
          .build();

  static final StreamWriteConstraints WRITTEN =
      StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH_WRITTEN).build();

  private JsonLimits() {}
}

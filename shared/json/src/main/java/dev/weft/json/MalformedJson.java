package dev.weft.json;

import com.fasterxml.jackson.core.JsonParseException;
import org.jspecify.annotations.Nullable;

/** JSON that the grammar allows and we do not. The message is a sentence for whoever sent it. */
public final class MalformedJson extends JsonParseException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String param;

  public MalformedJson(String message) {
    this(message, null);
  }

  /**
   * @param param the field at fault; null for the whole document
   */
  public MalformedJson(String message, @Nullable String param) {
    super(null, message);
    this.param = param;
  }

  @Nullable String param() {
    return param;
  }
}

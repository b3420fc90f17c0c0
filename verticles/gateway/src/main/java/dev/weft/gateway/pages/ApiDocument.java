package dev.weft.gateway.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document with the version of this software, and the page made from it. Both are made
 * when first asked for: few processes ever are. Event loop of its routes only.
 */
final class ApiDocument {
  private final String version;
  private byte @Nullable [] json;
  private @Nullable String page;

  private ApiDocument(String version) {
    this.version = version;
  }

  static ApiDocument of(String version) {
    return new ApiDocument(version);
  }

  byte[] json() {
    byte[] made = json;
    if (made == null) {
      made = tree().toPrettyString().getBytes(StandardCharsets.UTF_8);
      json = made;
    }
    return made;
  }

  String page() {
    String made = page;
    if (made == null) {
      made = DocsPage.of(tree());
      page = made;
    }
    return made;
  }

  private JsonNode tree() {
    try {
      JsonNode document = Json.mapper().readTree(Resources.bytes("openapi.json"));
      ((ObjectNode) document.path("info")).put("version", version);
      return document;
    } catch (IOException e) {
      throw new UncheckedIOException("reading the OpenAPI document", e);
    }
  }
}

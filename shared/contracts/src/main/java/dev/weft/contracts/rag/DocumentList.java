package dev.weft.contracts.rag;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** A page of documents by id. */
public record DocumentList(List<DocumentInfo> data, @JsonProperty("has_more") boolean hasMore) {
  public DocumentList {
    data = List.copyOf(data);
  }
}

package dev.weft.contracts.rag;

import java.util.List;

/** The tenant's collections by name. */
public record CollectionList(List<CollectionInfo> data) {
  public CollectionList {
    data = List.copyOf(data);
  }
}

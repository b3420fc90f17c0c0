package dev.weft.contracts.auth;

import java.util.List;

/** The tenant's keys, the newest first. */
public record KeyList(List<KeyInfo> data) {
  public KeyList {
    data = List.copyOf(data);
  }
}

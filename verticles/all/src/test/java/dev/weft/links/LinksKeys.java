package dev.weft.links;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.node.config.ConfigKey;
import java.util.List;

/** Settings of the links service. */
final class LinksKeys {
  static final ConfigKey<Integer> MAX_URL_CHARACTERS =
      ConfigKey.of(
              "links.maxUrlCharacters",
              new TypeReference<Integer>() {},
              2_000,
              "Longest address that a link may lead to.")
          .checked(value -> value >= 10 ? null : "must be at least 10");

  static final List<ConfigKey<?>> ALL = List.of(MAX_URL_CHARACTERS);

  private LinksKeys() {}
}

package dev.weft.chat.provider;

/** Who answers a request. */
public sealed interface ModelRoute {

  /** The built-in model. */
  record Offline() implements ModelRoute {}

  /**
   * A provider.
   *
   * @param model the model's name as the provider knows it
   */
  record ToProvider(Provider provider, String model) implements ModelRoute {}
}

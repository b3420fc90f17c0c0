package dev.weft.chat.provider;

/** Who answers a request. */
public sealed interface Route {

  /** The built-in model. */
  record Offline() implements Route {}

  /**
   * A provider.
   *
   * @param model the model's name as the provider knows it
   */
  record ToProvider(Provider provider, String model) implements Route {}
}

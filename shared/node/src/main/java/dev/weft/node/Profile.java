package dev.weft.node;

/** Where Weft runs. */
public enum Profile {
  /** A laptop: a ready-made API key, embedded database, readable logs. */
  DEV,
  /** Anything else: no ready-made key is accepted. */
  PROD
}

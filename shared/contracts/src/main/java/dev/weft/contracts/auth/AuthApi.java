package dev.weft.contracts.auth;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.HttpRoute;

/**
 * What auth can be asked.
 *
 * <p>Errors: {@code auth:key.unauthenticated} (malformed, wrong, expired or revoked key; the
 * message says which only where that helps nobody guess), {@code auth:key.not_found}, {@code
 * auth:key.invalid}, {@code auth:token.unauthenticated}.
 */
public final class AuthApi {

  /**
   * Checks an API key or access token and returns the caller's identity, signed for at most a
   * minute. Open: the credential is the proof.
   */
  public static final UnaryEndpoint<CheckCredential, SignedIdentity> CHECK_CREDENTIAL =
      Endpoint.unary("auth.credentials.check", CheckCredential.class, SignedIdentity.class)
          .asIdempotent()
          .asOpen();

  /** The public keys that verify identities and access tokens (a JWK set, RFC 7517). */
  public static final UnaryEndpoint<Empty, JwkSet> KEY_SET =
      Endpoint.unary("auth.jwks.get", Empty.class, JwkSet.class).asIdempotent().asOpen();

  /**
   * Revoked key ids as they happen, from any auth node; the first item is always {@link
   * Revocation#CONNECTED}. Whoever remembers checked credentials listens, and trusts nothing
   * remembered from before a stream that ended. Open: ids are public.
   */
  public static final StreamEndpoint<Empty, Revocation> REVOCATIONS =
      Endpoint.stream("auth.revocations.watch", Empty.class, Revocation.class)
          .asIdempotent()
          .asOpen();

  public static final UnaryEndpoint<CreateKey, CreatedKey> CREATE_KEY =
      Endpoint.unary("auth.keys.create", CreateKey.class, CreatedKey.class)
          .withScope(Scopes.KEYS_MANAGE);

  public static final UnaryEndpoint<Empty, KeyList> LIST_KEYS =
      Endpoint.unary("auth.keys.list", Empty.class, KeyList.class)
          .asIdempotent()
          .withScope(Scopes.KEYS_MANAGE);

  public static final UnaryEndpoint<RevokeKey, KeyInfo> REVOKE_KEY =
      Endpoint.unary("auth.keys.revoke", RevokeKey.class, KeyInfo.class)
          .asIdempotent()
          .withScope(Scopes.KEYS_MANAGE);

  /** A short-lived access token (JWT, EdDSA) with the caller's scopes or fewer. */
  public static final UnaryEndpoint<IssueToken, AccessToken> ISSUE_TOKEN =
      Endpoint.unary("auth.tokens.issue", IssueToken.class, AccessToken.class);

  private static final String KEYS = "/auth/keys";

  /** The auth service. */
  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("auth", 8001, 5701, "/auth/health")
          .titled("Keys and tokens", "Who may call, and what.")
          .answering(
              HttpRoute.get("listKeys", KEYS, LIST_KEYS)
                  .says("List API keys", "Keys, the newest first; never the secrets.")
                  .asSecret(),
              HttpRoute.post("createKey", KEYS, CREATE_KEY)
                  .says("Create an API key", "The new key.")
                  .describedAs(
                      "The answer holds the secret, this once. The key ends with the credential it"
                          + " is made with at the latest, and is revoked with it.")
                  .withExample(
                      "{\"name\": \"laptop\", \"scopes\": [\"chat:invoke\", \"models:read\"],"
                          + " \"expiresInDays\": 30}")
                  .asSecret(),
              HttpRoute.delete("revokeKey", KEYS + "/{id}", REVOKE_KEY)
                  .says("Revoke an API key", "The revoked key.")
                  .describedAs(
                      "It and all keys made with it are refused everywhere within a second, and"
                          + " what they have open ends. Needs the scopes that the key has.")
                  .asSecret(),
              HttpRoute.post("issueToken", "/auth/token", ISSUE_TOKEN)
                  .says("Issue an access token", "The token (RFC 6749).")
                  .describedAs(
                      "A short-lived token with the caller's scopes or fewer, to be used like a"
                          + " key; with `keys:manage` only when that is asked for.")
                  .withExample("{\"scopes\": [\"chat:invoke\"], \"ttlSeconds\": 300}")
                  .asSecret(),
              HttpRoute.get("getKeySet", "/.well-known/jwks.json", KEY_SET)
                  .says("Public keys", "The key set.")
                  .describedAs("The keys that verify access tokens (RFC 7517)."));

  private AuthApi() {}
}

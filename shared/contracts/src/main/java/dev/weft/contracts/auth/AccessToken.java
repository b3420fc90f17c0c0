package dev.weft.contracts.auth;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An OAuth 2 token answer (RFC 6749 section 5.1).
 *
 * @param accessToken the JWT ({@code typ: at+jwt}, RFC 9068)
 * @param tokenType {@code Bearer}
 * @param expiresIn seconds
 * @param scope space-separated
 */
public record AccessToken(
    @JsonProperty("access_token") String accessToken,
    @JsonProperty("token_type") String tokenType,
    @JsonProperty("expires_in") int expiresIn,
    @JsonProperty("scope") String scope) {
  @Override
  public String toString() {
    return "AccessToken[***]";
  }
}

package dev.weft.contracts.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weft.contracts.http.Doc;

/**
 * An OAuth 2 token answer (RFC 6749 section 5.1).
 *
 * @param accessToken the JWT ({@code typ: at+jwt}, RFC 9068)
 * @param tokenType {@code Bearer}
 * @param expiresIn seconds
 * @param scope space-separated
 */
public record AccessToken(
    @Doc("A JWT (RFC 9068).") @JsonProperty("access_token") String accessToken,
    @Doc(allowed = "Bearer") @JsonProperty("token_type") String tokenType,
    @Doc("Seconds.") @JsonProperty("expires_in") int expiresIn,
    @Doc("Separated by spaces.") @JsonProperty("scope") String scope) {
  @Override
  public String toString() {
    return "AccessToken[***]";
  }
}

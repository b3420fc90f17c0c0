/** Endpoints and messages of the auth service: API keys, identities, tokens. */
@NullMarked
package dev.weft.contracts.auth;

import org.jspecify.annotations.NullMarked;

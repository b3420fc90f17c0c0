/** The auth service: checks credentials, keeps API keys, issues identities and access tokens. */
@NullMarked
package dev.weft.auth;

import org.jspecify.annotations.NullMarked;

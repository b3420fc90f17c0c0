package dev.weft.auth;

import dev.weft.auth.keys.DevKey;
import dev.weft.contracts.Empty;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.auth.AccessToken;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CheckCredential;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.IssueToken;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.KeyList;
import dev.weft.contracts.auth.RevokeKey;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.mesh.CallContext;
import dev.weft.testkit.node.TestNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the gateway would ask auth of a node, in the name of whoever holds a credential. */
record AuthCalls(TestNode node) {

  /** The ready-made key of the node's data directory. */
  String devKey() {
    return DevKey.read(node.dataDirectory()).orElseThrow();
  }

  SignedIdentity check(String credential) {
    return call(
        AuthApi.CHECK_CREDENTIAL,
        new CheckCredential(credential, null),
        CallContext.background(Duration.ofSeconds(10)));
  }

  CreatedKey create(String credential, String name, String... scopes) {
    return create(credential, new CreateKey(name, List.of(scopes), null));
  }

  CreatedKey create(String credential, CreateKey request) {
    return call(AuthApi.CREATE_KEY, request, as(credential));
  }

  /** A key that may manage keys, with whatever tests need beside. */
  CreatedKey manager() {
    return create(devKey(), "manager", Scopes.KEYS_MANAGE, Scopes.CHAT_INVOKE, Scopes.RAG_READ);
  }

  KeyList list(String credential) {
    return call(AuthApi.LIST_KEYS, Empty.INSTANCE, as(credential));
  }

  KeyInfo revoke(String credential, String id) {
    return call(AuthApi.REVOKE_KEY, new RevokeKey(id), as(credential));
  }

  AccessToken token(String credential, IssueToken request) {
    return call(AuthApi.ISSUE_TOKEN, request, as(credential));
  }

  CallContext as(String credential) {
    return CallContext.start(
        CallContext.newRequestId(),
        CallContext.newTraceparent(),
        Duration.ofSeconds(10),
        check(credential).token());
  }

  <Q, R> R call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return node.mesh().call(endpoint, request, context).timeout(10, TimeUnit.SECONDS).await();
  }
}

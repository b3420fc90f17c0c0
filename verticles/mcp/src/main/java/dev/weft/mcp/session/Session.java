package dev.weft.mcp.session;

/**
 * A client's session.
 *
 * @param id unguessable
 * @param tenant whose it is
 * @param subject the principal within the tenant
 * @param revision the protocol's revision agreed on
 */
public record Session(String id, String tenant, String subject, String revision) {
  @Override
  public String toString() {
    return "Session[" + tenant + "/" + subject + "]";
  }
}

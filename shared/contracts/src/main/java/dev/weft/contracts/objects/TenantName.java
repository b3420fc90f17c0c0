package dev.weft.contracts.objects;

/**
 * The name of an object that belongs to a tenant: the tenant, a slash, and what the tenant calls
 * it. Those of two tenants are never equal, whatever they are called: a slash or a percent sign in
 * a tenant's own name is percent-encoded.
 *
 * <pre>{@code objects.get(COUNTERS, TenantName.of(context.call().caller().tenant(), "visits"))}
 * </pre>
 */
public final class TenantName {

  /** The name of an object of a tenant. */
  public static String of(String tenant, String name) {
    return prefix(tenant) + name;
  }

  /** Whether an object of that name is one of the tenant's. */
  public static boolean belongsTo(String tenant, String objectName) {
    return objectName.startsWith(prefix(tenant));
  }

  /** What the names of all objects of a tenant begin with. */
  public static String prefix(String tenant) {
    return tenant.replace("%", "%25").replace("/", "%2F") + "/";
  }

  private TenantName() {}
}

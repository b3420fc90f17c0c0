package dev.weft.contracts.links;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.HttpRoute;
import dev.weft.contracts.objects.Namespace;

/**
 * What links can be asked. All data belongs to the caller's tenant.
 *
 * <p>Errors: {@code links:link.not_found}, {@code links:link.invalid}.
 */
public final class LinksApi {
  public static final UnaryEndpoint<SaveLink, Link> SAVE =
      Endpoint.unary("links.save", SaveLink.class, Link.class).asIdempotent();

  public static final UnaryEndpoint<LinkRef, Link> GET =
      Endpoint.unary("links.get", LinkRef.class, Link.class);

  public static final Namespace<Visits> VISITS = Namespace.of("visits", Visits.class).asPublic();

  public static final ServiceDescriptor SERVICE =
      ServiceDescriptor.of("links", 8005, 5705, "/links/health")
          .titled("Links", "Short names for addresses.")
          .answering(
              HttpRoute.put("saveLink", "/v1/links/{name}", SAVE)
                  .says("Save a link", "The link.")
                  .withExample("{\"url\": \"https://example.com\"}"),
              HttpRoute.get("getLink", "/v1/links/{name}", GET).says("Get a link", "The link."))
          .hosting(VISITS);

  private LinksApi() {}
}

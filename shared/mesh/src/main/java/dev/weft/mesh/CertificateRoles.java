package dev.weft.mesh;

import dev.weft.contracts.Endpoint;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The services that a node's certificate names: what a member may speak for. Each is a URI among
 * the certificate's alternative names, {@code urn:weft:service:chat}; there is none for all of
 * them. Thread-safe.
 */
public final class CertificateRoles {
  private static final String PREFIX = "urn:weft:service:";
  private static final Pattern SERVICE = Pattern.compile("[a-z]{1,63}");

  /** The kind of an alternative name that is a URI, see RFC 5280, section 4.2.1.6. */
  private static final Integer URI = 6;

  /** First words of the endpoints that each node has that calls or hosts objects. */
  private static final Set<String> OF_ALL_NODES = Set.of("objects", "watching");

  /** A certificate names at most so many services; what it names beyond is not read. */
  public static final int MAX_SERVICES = 64;

  /**
   * The services that the certificate names, in the order of the alphabet; names of another form
   * than {@link #uri} makes are none. Says nothing about who signed it.
   *
   * @return unmodifiable; empty for a certificate that names none, which is no member's
   */
  public static Set<String> of(X509Certificate certificate) {
    Set<String> services = new TreeSet<>();
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(0).equals(URI)
          && name.get(1) instanceof String uri
          && uri.startsWith(PREFIX)
          && isService(uri.substring(PREFIX.length()))
          && services.size() < MAX_SERVICES) {
        services.add(uri.substring(PREFIX.length()));
      }
    }
    return Collections.unmodifiableSet(services);
  }

  private static Iterable<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /**
   * The name in a certificate that lets its owner be the service.
   *
   * @param service its name: letters a–z, at most 63
   * @throws IllegalArgumentException when no service can have that name
   */
  public static String uri(String service) {
    if (!isService(service)) {
      throw new IllegalArgumentException(
          "a service's name has letters a-z, 63 at most: '" + service + "'");
    }
    return PREFIX + service;
  }

  /**
   * Whether who may be those services may serve the endpoint: its service is one of them, or it is
   * one that each node has.
   */
  public static boolean speaksFor(Set<String> services, String endpoint) {
    String service = Endpoint.serviceOf(endpoint);
    return services.contains(service) || OF_ALL_NODES.contains(service);
  }

  private static boolean isService(String name) {
    return SERVICE.matcher(name).matches();
  }

  private CertificateRoles() {}
}

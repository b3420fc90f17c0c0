package dev.weft.contracts;

import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.contracts.mcp.McpApi;
import dev.weft.contracts.rag.RagApi;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The services that make up Weft. */
public final class Services {

  /** All of them, in the order in which people see them. A new service is one line here. */
  public static final List<ServiceDescriptor> ALL =
      List.of(GatewayApi.SERVICE, ChatApi.SERVICE, McpApi.SERVICE, RagApi.SERVICE, AuthApi.SERVICE);

  /**
   * The order of starting: the last of the list first, and what a service needs before it. Where
   * services need each other, one of them starts before what it needs.
   */
  public static List<ServiceDescriptor> startOrder(List<ServiceDescriptor> services) {
    Set<ServiceDescriptor> order = new LinkedHashSet<>();
    for (ServiceDescriptor service : services.reversed()) {
      add(service, services, new LinkedHashSet<>(), order);
    }
    return List.copyOf(order);
  }

  private static void add(
      ServiceDescriptor service,
      List<ServiceDescriptor> services,
      Set<String> above,
      Set<ServiceDescriptor> order) {
    if (!above.add(service.name())) {
      return;
    }
    for (String need : service.needs()) {
      ServiceDescriptor needed = ServiceDescriptor.named(need, services);
      if (needed != null) {
        add(needed, services, above, order);
      }
    }
    order.add(service);
  }

  private Services() {}
}

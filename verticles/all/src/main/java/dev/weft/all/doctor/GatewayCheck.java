package dev.weft.all.doctor;

import dev.weft.contracts.gateway.GatewayApi;
import java.nio.file.Files;
import java.util.List;

/** Whether the gateway takes the key. */
final class GatewayCheck implements Check {
  @Override
  public String name() {
    return "key";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    site.requireRunning();
    Gateway gateway = site.gateway();
    if (!Files.isReadable(gateway.keyFile())) {
      throw new NotChecked("key", gateway.keyFile());
    }
    return gateway.status(GatewayApi.INSPECT_NODES) == 401
        ? List.of(Finding.of(Fault.GATEWAY_KEY, gateway.keyFile(), gateway.address()))
        : List.of();
  }
}

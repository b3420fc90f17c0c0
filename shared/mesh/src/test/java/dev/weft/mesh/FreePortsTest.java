package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {

  @Test
  void differentOnesThatCanBeListenedOn() throws Exception {
    Set<Integer> all = new HashSet<>();
    for (int round = 0; round < 20; round++) {
      List<Integer> ports = FreePorts.find(10);
      all.addAll(ports);
      for (int port : ports) {
        new ServerSocket(port).close();
      }
    }
    assertThat(all).hasSize(200);
  }

  @Test
  void noneThatAnOutgoingConnectionMayTake() throws Exception {
    Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    int first =
        Files.exists(range) ? Integer.parseInt(Files.readString(range).split("\\s")[0]) : 32_768;
    assertThat(FreePorts.find(50)).allMatch(port -> port < Math.max(first, 12_000));
  }
}

package dev.weft.durable.internal.store;

import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes of a {@link MemoryObjectStore}: their leases, and who is dead. For its lock. */
final class MemoryNodes {
  private final Map<String, MemoryNode> nodes = new HashMap<>();

  private static final class MemoryNode {
    final String nodeId;
    long expiresMillis;
    boolean draining;
    boolean dead;

    MemoryNode(String nodeId, long expiresMillis) {
      this.nodeId = nodeId;
      this.expiresMillis = expiresMillis;
    }
  }

  void register(String incarnation, String nodeId, long expiresMillis) {
    if (nodes.putIfAbsent(incarnation, new MemoryNode(nodeId, expiresMillis)) != null) {
      throw new IllegalStateException("registered before: " + incarnation);
    }
  }

  boolean renew(String incarnation, long expiresMillis) {
    MemoryNode node = nodes.get(incarnation);
    if (node == null || node.dead) {
      return false;
    }
    node.expiresMillis = expiresMillis;
    return true;
  }

  void drain(String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    if (node != null) {
      node.draining = true;
    }
  }

  List<String> buryExpired(long nowMillis) {
    List<String> buried = new ArrayList<>();
    nodes.forEach(
        (incarnation, node) -> {
          if (!node.dead && node.expiresMillis < nowMillis) {
            node.dead = true;
            buried.add(incarnation);
          }
        });
    return buried;
  }

  void bury(String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    if (node != null) {
      node.dead = true;
    }
  }

  boolean mayClaim(String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    return node != null && !node.dead && !node.draining;
  }

  boolean isDead(@Nullable String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    return node == null || node.dead;
  }

  String nodeIdOf(String incarnation) {
    MemoryNode node = nodes.get(incarnation);
    return node == null ? incarnation : node.nodeId;
  }

  OwnerState stateOf(String owner, long nowMillis) {
    MemoryNode node = nodes.get(owner);
    if (node == null) {
      return OwnerState.STAYS;
    }
    if (node.expiresMillis < nowMillis) {
      return OwnerState.EXPIRED;
    }
    return node.draining ? OwnerState.LEAVES : OwnerState.STAYS;
  }
}

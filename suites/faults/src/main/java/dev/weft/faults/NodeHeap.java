package dev.weft.faults;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** The heap of this process: watches it, and fills it when told to. */
final class NodeHeap {
  private static final int BALLAST_ITEMS = 600_000;

  private final Set<String> pools = new HashSet<>();
  private final AtomicLong peakBytes = new AtomicLong();

  NodeHeap() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        pools.add(pool.getName());
      }
    }
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener((collection, any) -> collected(collection), null, null);
      }
    }
  }

  private void collected(Notification notification) {
    if (notification.getUserData() instanceof CompositeData data) {
      Map<String, MemoryUsage> after =
          GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageAfterGc();
      long bytes =
          after.entrySet().stream()
              .filter(pool -> pools.contains(pool.getKey()))
              .mapToLong(pool -> pool.getValue().getUsed())
              .sum();
      peakBytes.accumulateAndGet(bytes, Math::max);
    }
  }

  NodeWire.Heap look() {
    System.gc();
    long left = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long stopped =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum();
    return new NodeWire.Heap(Math.max(left, peakBytes.get()) >> 20, left >> 20, stopped);
  }

  /** Collects again and again, amid many small things that live; returns at once. */
  void collectFor(int millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Thread.ofPlatform()
        .daemon()
        .name("collects")
        .start(
            () -> {
              List<Long[]> ballast = new ArrayList<>();
              for (int i = 0; i < BALLAST_ITEMS; i++) {
                ballast.add(new Long[] {i + 1_000L, i + 2_000L});
              }
              while (System.nanoTime() < end && !ballast.isEmpty()) {
                System.gc();
              }
            });
  }
}

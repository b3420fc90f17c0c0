package dev.weft.durable.internal.call;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.ObjectDoor.Target;
import dev.weft.durable.internal.Ids;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The ids of what callers from outside name, remembered up to a number. Thread-safe. */
final class TenantIds {
  private final Ids ids;
  private final int most;
  private final Map<Target, ObjectId> known = new ConcurrentHashMap<>();

  /**
   * @param most remembered at once; names come from outside and have up to 1,024 characters each
   */
  TenantIds(Ids ids, int most) {
    this.ids = ids;
    this.most = most;
  }

  /**
   * The id of an object.
   *
   * @throws dev.weft.contracts.WeftException {@code object:id.invalid}
   */
  ObjectId of(Target object) {
    ObjectId id = known.get(object);
    if (id == null) {
      id = ids.fromName(object.namespace(), TenantName.of(object.tenant(), object.name()));
      if (known.size() >= most) {
        known.clear();
      }
      known.put(object, id);
    }
    return id;
  }

  /** How many are remembered. */
  int size() {
    return known.size();
  }
}

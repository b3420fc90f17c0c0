package dev.weft.mesh.internal;

import dev.weft.mesh.Directory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The directory of a process that is alone. */
final class LocalDirectory implements Directory {
  private final MeshCore core;
  private final Absences absences;
  private final List<Consumer<Directory>> listeners = new CopyOnWriteArrayList<>();

  LocalDirectory(MeshCore core) {
    this.core = core;
    this.absences = new Absences(core.options().time());
  }

  void changed() {
    absences.update(core.registry().services());
    listeners.forEach(listener -> listener.accept(this));
  }

  @Override
  public List<NodeInfo> nodes() {
    return List.of(core.describe(core.isDraining() ? NodeState.DRAINING : NodeState.READY));
  }

  @Override
  public @Nullable Instant missingSince(String service) {
    return absences.since(service);
  }

  @Override
  public void onChange(Consumer<Directory> listener) {
    listeners.add(listener);
  }
}

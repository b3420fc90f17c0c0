package dev.weft.mesh.hazelcast;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that a stranger would have a process run: it counts how often one has read it. */
final class Canary implements Callable<Integer>, Serializable {
  static final AtomicInteger READ = new AtomicInteger();
  private static final long serialVersionUID = 1L;

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    READ.incrementAndGet();
  }

  @Override
  public Integer call() {
    return READ.get();
  }
}

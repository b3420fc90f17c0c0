package dev.weft.json;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;

/**
 * Where JSON gets its buffers: on platform threads from the thread, which is the fastest; on
 * virtual ones, of which each runs once, from a pool that all share.
 */
final class BufferPool implements RecyclerPool<BufferRecycler> {
  private static final long serialVersionUID = 1L;
  private static final int SHARED = 64;

  private final RecyclerPool<BufferRecycler> ofThread = JsonRecyclerPools.threadLocalPool();
  private final RecyclerPool<BufferRecycler> shared = JsonRecyclerPools.newBoundedPool(SHARED);

  @Override
  public BufferRecycler acquireAndLinkPooled() {
    return Thread.currentThread().isVirtual()
        ? shared.acquireAndLinkPooled()
        : ofThread.acquireAndLinkPooled();
  }

  @Override
  public BufferRecycler acquirePooled() {
    throw new UnsupportedOperationException("buffers know the pool they go back to");
  }

  @Override
  public void releasePooled(BufferRecycler buffers) {
    throw new UnsupportedOperationException("buffers know the pool they go back to");
  }
}

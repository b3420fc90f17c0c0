package dev.weft.durable.internal.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of an object on the bus; the endpoint names its namespace.
 *
 * @param id 64 hexadecimal digits
 * @param name what the id was made from, to be stored beside it
 * @param method of the namespace's interface
 * @param args an array of the arguments
 * @param requestId makes a repeated call have one effect
 * @param stub whose calls keep their order; 0 for none
 * @param sequence the call's number within the stub
 * @param previous number of the stub's call that was on its way to the same node when this one was
 *     sent, and must come first; 0 for none
 * @param chain objects that wait for this call, as {@code namespace:id}
 * @param existing true for a call that does not make its object
 * @param holding true for a call from within a critical section, which lets nobody into the calling
 *     object until it is answered
 */
public record ObjectRequest(
    String id,
    @Nullable String name,
    String method,
    Fragment args,
    @Nullable String requestId,
    long stub,
    long sequence,
    long previous,
    List<String> chain,
    @Nullable Boolean existing,
    @Nullable Boolean holding) {

  public ObjectRequest {
    chain = chain == null ? List.of() : List.copyOf(chain);
  }

  /** Whether there may be an object because of this call. */
  public boolean creates() {
    return !Boolean.TRUE.equals(existing);
  }
}

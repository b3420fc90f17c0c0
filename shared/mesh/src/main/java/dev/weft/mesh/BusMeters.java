package dev.weft.mesh;

import dev.weft.contracts.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a node measures of its bus. Thread-safe; its methods are called on event loops, for
 * each call, and must not block.
 */
public interface BusMeters {

  /** Measures nothing. */
  BusMeters NONE =
      new BusMeters() {
        private static final EndpointMeter NOTHING =
            new EndpointMeter() {
              @Override
              public void ended(@Nullable Reason failure, long nanos) {}

              @Override
              public void refused(Reason why) {}
            };

        @Override
        public EndpointMeter of(String endpoint) {
          return NOTHING;
        }

        @Override
        public void show(Load load) {}
      };

  /** What measures one endpoint; asked for when it is first served, and kept. */
  EndpointMeter of(String endpoint);

  /** What can be read at any time; told once. */
  void show(Load load);

  /** Measures the calls of an endpoint that this node serves. */
  interface EndpointMeter {
    /**
     * A handler has ended; for a stream, the stream has.
     *
     * @param failure why it failed; null when it did not
     * @param nanos since the call came to this node
     */
    void ended(@Nullable Reason failure, long nanos);

    /** A call did not get to a handler. */
    void refused(Reason why);
  }

  /** What a node does now, and what it waited for in vain until now. */
  interface Load {
    /** Calls that run here, streams among them. */
    int running();

    /** Streams that this node produces. */
    int streams();

    /** Calls of this node that found no node to serve them. */
    long unavailable();

    /** Calls of this node that nobody answered in time. */
    long late();
  }
}

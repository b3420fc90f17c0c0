package dev.weft.contracts;

/**
 * Names of all that is measured, as Micrometer spells them: the registry adds units and {@code
 * _total}. Labels are in braces. They take values of ours (endpoints, routes, checks) or a bounded
 * number of those of others (models, codes).
 */
public final class MetricNames {
  /** Bytes of requests and answers in memory. */
  public static final String BUFFERED_BYTES = "weft.buffered.bytes";

  /** Requests and answers that wait for room in memory. */
  public static final String BUFFERED_WAITING = "weft.buffered.waiting";

  /** Always 1; {@code version}, {@code java}. */
  public static final String BUILD_INFO = "weft.build.info";

  /** Timer of calls that this node answered; {@code endpoint}, {@code outcome}. */
  public static final String BUS_CALLS = "weft.bus.calls";

  /** Calls that run on this node. */
  public static final String BUS_CALLS_ACTIVE = "weft.bus.calls.active";

  /** Calls that did not get to a handler; {@code endpoint}, {@code reason}. */
  public static final String BUS_REFUSED = "weft.bus.refused";

  /** Streams that this node produces. */
  public static final String BUS_STREAMS_ACTIVE = "weft.bus.streams.active";

  /** Calls of this node that nobody took or answered in time; {@code reason}. */
  public static final String BUS_UNANSWERED = "weft.bus.unanswered";

  /** When a certificate ends, in seconds since 1970; {@code certificate}. */
  public static final String CERTIFICATE_EXPIRES_TIMESTAMP = "weft.certificate.expires.timestamp";

  /** Completions that the client gave up; {@code provider}. */
  public static final String CHAT_CANCELLED = "weft.chat.cancelled";

  /** Completions that failed; {@code provider}, {@code reason}. */
  public static final String CHAT_ERRORS = "weft.chat.errors";

  /** Answers with bytes that are no text; {@code provider}. */
  public static final String CHAT_REPAIRED = "weft.chat.repaired";

  /** Timer; {@code provider}, {@code model}. */
  public static final String CHAT_TIME_TO_FIRST_TOKEN = "weft.chat.time.to.first.token";

  /** Tokens; {@code provider}, {@code model}, {@code type}. */
  public static final String CHAT_TOKENS = "weft.chat.tokens";

  /** Timer of completions that ended well; {@code provider}, {@code model}. */
  public static final String CHAT_UPSTREAM_DURATION = "weft.chat.upstream.duration";

  /** 1 while a check of the service holds, degraded or not; {@code service}, {@code check}. */
  public static final String CHECK_UP = "weft.check.up";

  /** Connections of the pool; {@code service}. */
  public static final String DATABASE_CONNECTIONS = "weft.database.connections";

  /** Most connections of a pool. */
  public static final String DATABASE_CONNECTIONS_LIMIT = "weft.database.connections.limit";

  /** Bytes left on the disk of the data folder. */
  public static final String DISK_FREE = "weft.disk.free";

  /** Timer of how late an event loop was with what it had to do. */
  public static final String EVENT_LOOP_LAG = "weft.event.loop.lag";

  /** Requests whose client left. */
  public static final String GATEWAY_CANCELLED = "weft.gateway.cancelled";

  /** Completions answered; {@code model}, {@code stream}. */
  public static final String GATEWAY_COMPLETIONS = "weft.gateway.completions";

  /** Requests; {@code how} their credential was checked. */
  public static final String GATEWAY_CREDENTIALS = "weft.gateway.credentials";

  /** Timer to the first event of a stream. */
  public static final String GATEWAY_FIRST_EVENT = "weft.gateway.first.event";

  /** Timer of the time that requests spent in the gateway itself. */
  public static final String GATEWAY_OVERHEAD = "weft.gateway.overhead";

  /** Streams that ended with an error in band. */
  public static final String GATEWAY_STREAM_ERRORS = "weft.gateway.stream.errors";

  /** Streams open. */
  public static final String GATEWAY_STREAMS_ACTIVE = "weft.gateway.streams.active";

  /** Changes of the certificate files; {@code outcome}. */
  public static final String GATEWAY_TLS_RELOADS = "weft.gateway.tls.reloads";

  /** Objects watched by clients. */
  public static final String GATEWAY_WATCHERS_ACTIVE = "weft.gateway.watchers.active";

  /** Client connections open. */
  public static final String HTTP_CONNECTIONS_ACTIVE = "weft.http.connections.active";

  /** Answers of 400 and more as clients see them; {@code code}, {@code status}. */
  public static final String HTTP_ERRORS = "weft.http.errors";

  /** Timer of requests; {@code route}, {@code status} (its class). */
  public static final String HTTP_REQUESTS = "weft.http.requests";

  /** Requests worked on. */
  public static final String HTTP_REQUESTS_ACTIVE = "weft.http.requests.active";

  /** Instances in memory. */
  public static final String OBJECTS_ACTIVE = "weft.objects.active";

  /** Timer from when an alarm is due to when it is taken. */
  public static final String OBJECTS_ALARM_LAG = "weft.objects.alarm.lag";

  /** Instances that ended for a reason other than being idle; {@code code}. */
  public static final String OBJECTS_ENDED = "weft.objects.ended";

  /** Timer of commit statements. */
  public static final String OBJECTS_FLUSH = "weft.objects.flush";

  /** Objects committed by one statement. */
  public static final String OBJECTS_FLUSH_OBJECTS = "weft.objects.flush.objects";

  /** Turns that ended. */
  public static final String OBJECTS_TURNS = "weft.objects.turns";

  /** Turns that threw. */
  public static final String OBJECTS_TURNS_FAILED = "weft.objects.turns.failed";

  /** Items in messages to nodes that watch. */
  public static final String OBJECTS_WATCH_ITEMS = "weft.objects.watch.items";

  /** Messages to nodes that watch. */
  public static final String OBJECTS_WATCH_MESSAGES = "weft.objects.watch.messages";

  /** Records applied; {@code projection}. */
  public static final String PROJECTION_APPLIED = "weft.projection.applied";

  /** Attempts at a record that failed; {@code projection}. */
  public static final String PROJECTION_FAILED = "weft.projection.failed";

  /** Objects with a record that cannot be applied; {@code projection}. */
  public static final String PROJECTION_HELD = "weft.projection.held";

  /** Age of the oldest record that is not applied, in seconds; {@code projection}. */
  public static final String PROJECTION_LAG = "weft.projection.lag";

  /** Records that are not applied yet; {@code projection}. */
  public static final String PROJECTION_WAITING = "weft.projection.waiting";

  /** Changes that the search index is behind. */
  public static final String RAG_INDEX_LAG = "weft.rag.index.lag";

  /** Nodes of the service that this node hears and that take calls; {@code service}. */
  public static final String SERVICE_NODES = "weft.service.nodes";

  /** 1 while the service of this node says that it is well or degraded; {@code service}. */
  public static final String SERVICE_UP = "weft.service.up";

  private MetricNames() {}
}

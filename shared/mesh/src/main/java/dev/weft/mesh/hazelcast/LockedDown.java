package dev.weft.mesh.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import java.util.List;

/** Settings that leave Hazelcast what members need of it. */
public final class LockedDown {
  private static final String HEARTBEAT_SECONDS = "1";
  private static final String MAX_SILENCE_SECONDS = "10";
  private static final String MERGE_SECONDS = "15";

  /**
   * What may be read by Java's own serialisation: what members tell each other of failures. All
   * else that they say Hazelcast writes in other ways.
   */
  private static final String[] PACKAGES = {
    "java.lang",
    "com.hazelcast.core",
    "com.hazelcast.cluster",
    "com.hazelcast.partition",
    "com.hazelcast.spi.exception",
    "com.hazelcast.nio.serialization",
    "com.hazelcast.splitbrainprotection",
    "com.hazelcast.internal.cluster.impl",
  };

  private static final String[] CLASSES = {
    "[Ljava.lang.StackTraceElement;",
    "[Ljava.lang.Throwable;",
    "[B",
    "com.hazelcast.config.InvalidConfigurationException",
    "com.hazelcast.config.properties.ValidationException",
    "com.hazelcast.internal.config.AbstractXmlConfigRootTagRecognizer$TerminateParseException",
    "com.hazelcast.internal.config.SchemaViolationConfigurationException",
    "com.hazelcast.internal.partition.PartitionStateVersionMismatchException",
    "com.hazelcast.internal.serialization.impl.compact.ReflectiveCompactSerializationUnsupportedException",
    "com.hazelcast.internal.server.tcp.ProtocolException",
    "com.hazelcast.internal.util.AddressUtil$InvalidAddressException",
    "com.hazelcast.internal.util.AmbiguousInstantiationException",
    "com.hazelcast.internal.util.ThreadAffinity$InvalidAffinitySyntaxException",
    "com.hazelcast.internal.util.concurrent.ConcurrentConveyorException",
    "com.hazelcast.map.QueryResultSizeExceededException",
    "com.hazelcast.map.ReachedMaxSizeException",
    "com.hazelcast.map.impl.operation.EntryOffloadableLockMismatchException",
    "com.hazelcast.map.impl.operation.MapFetchIndexOperation$MissingPartitionException",
    "com.hazelcast.memory.NativeOutOfMemoryError",
    "com.hazelcast.query.QueryException",
    "com.hazelcast.query.extractor.ValueReadingException",
    "com.hazelcast.query.impl.getters.policy.ReflectiveAttributeLookupException",
    "com.hazelcast.topic.TopicOverloadException",
    "com.hazelcast.transaction.TransactionException",
    "com.hazelcast.transaction.TransactionNotActiveException",
    "com.hazelcast.transaction.TransactionTimedOutException",
    "java.io.InvalidClassException",
    "java.io.EOFException",
    "java.io.IOException",
    "java.io.NotSerializableException",
    "java.io.UncheckedIOException",
    "java.net.ConnectException",
    "java.net.SocketException",
    "java.net.UnknownHostException",
    "java.nio.channels.ClosedChannelException",
    "java.util.ArrayList",
    "java.util.Collections$EmptyList",
    "java.util.Collections$UnmodifiableCollection",
    "java.util.Collections$UnmodifiableList",
    "java.util.Collections$UnmodifiableRandomAccessList",
    "java.util.ConcurrentModificationException",
    "java.util.NoSuchElementException",
    "java.util.UUID",
    "java.util.concurrent.CancellationException",
    "java.util.concurrent.CompletionException",
    "java.util.concurrent.ExecutionException",
    "java.util.concurrent.RejectedExecutionException",
    "java.util.concurrent.TimeoutException",
  };

  /**
   * A member's settings: one endpoint, for members, on one address and port; few partitions and
   * threads, which make joins and migrations short, since little is kept.
   *
   * @param members {@code host:port} of each
   */
  public static Config config(String name, String host, int port, List<String> members) {
    Config config = new Config();
    config.setClusterName(name);
    network(config.getAdvancedNetworkConfig(), host, port, members);

    // No code, no questions and no data of others.
    config.getJetConfig().setEnabled(false);
    config
        .getManagementCenterConfig()
        .setConsoleEnabled(false)
        .setDataAccessEnabled(false)
        .setScriptingEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getDynamicConfigurationConfig().setPersistenceEnabled(false);
    config.getSerializationConfig().setAllowUnsafe(false).setCheckClassDefErrors(true);
    config
        .getSerializationConfig()
        .setJavaSerializationFilterConfig(
            new JavaSerializationFilterConfig()
                .setDefaultsDisabled(true)
                .setWhitelist(new ClassFilter().addPackages(PACKAGES).addClasses(CLASSES)));

    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.diagnostics.enabled", "false");
    config.setProperty("hazelcast.jmx", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.join.seconds", "60");
    config.setProperty("hazelcast.tcp.join.port.try.count", "1");
    config.setProperty("hazelcast.heartbeat.interval.seconds", HEARTBEAT_SECONDS);
    config.setProperty("hazelcast.max.no.heartbeat.seconds", MAX_SILENCE_SECONDS);
    config.setProperty("hazelcast.merge.first.run.delay.seconds", MERGE_SECONDS);
    config.setProperty("hazelcast.merge.next.run.delay.seconds", MERGE_SECONDS);
    config.setProperty("hazelcast.graceful.shutdown.max.wait", "2");
    config.setProperty("hazelcast.partition.count", "31");
    config.setProperty("hazelcast.operation.thread.count", "2");
    config.setProperty("hazelcast.operation.generic.thread.count", "2");
    config.setProperty("hazelcast.io.thread.count", "1");
    return config;
  }

  /**
   * The same for a whole process that reads nothing else by Java's serialisation, as a pattern of
   * {@link java.io.ObjectInputFilter}.
   */
  public static String processFilter() {
    StringBuilder pattern =
        new StringBuilder("maxdepth=20;maxrefs=10000;maxarray=10000;maxbytes=1048576");
    for (String each : PACKAGES) {
      pattern.append(';').append(each).append(".*");
    }
    for (String each : CLASSES) {
      if (!each.startsWith("[")) { // arrays are judged by what they hold
        pattern.append(';').append(each);
      }
    }
    return pattern.append(";!*").toString();
  }

  private static void network(
      AdvancedNetworkConfig network, String host, int port, List<String> members) {
    network.setEnabled(true);
    ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(port).setPortAutoIncrement(false);
    endpoint.getInterfaces().setEnabled(true).addInterface(host);
    network.setMemberEndpointConfig(endpoint);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setConnectionTimeoutSeconds(1) // until one of several that start at once takes the lead
        .setMembers(members);
  }

  private LockedDown() {}
}

package dev.weft.mesh.hazelcast;

import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.nio.NioNetworking;
import com.hazelcast.internal.server.Server;
import com.hazelcast.internal.server.tcp.LocalAddressRegistry;
import com.hazelcast.internal.server.tcp.ServerSocketRegistry;
import com.hazelcast.internal.server.tcp.TcpServer;
import com.hazelcast.internal.server.tcp.TcpServerConnectionChannelErrorHandler;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;

/** A Hazelcast node behind the door. */
final class MemberNodeContext extends DefaultNodeContext {
  private final MemberDoor door;

  MemberNodeContext(MemberDoor door) {
    this.door = door;
  }

  @Override
  public NodeExtension createNodeExtension(Node node) {
    return new MemberNodeExtension(node, door);
  }

  /** As the inherited one, with a context of ours. */
  @Override
  public Server createServer(
      Node node, ServerSocketRegistry registry, LocalAddressRegistry addresses) {
    MemberServerContext context = new MemberServerContext(node, door);
    TcpServer server =
        new TcpServer(
            node.getConfig(),
            context,
            registry,
            addresses,
            node.getNodeEngine().getMetricsRegistry(),
            networking(node),
            node.getNodeExtension().createChannelInitializerFn(context));
    context.serves(server);
    return server;
  }

  private static NioNetworking networking(Node node) {
    HazelcastProperties properties = node.getProperties();
    return new NioNetworking(
        new NioNetworking.Context()
            .loggingService(node.loggingService)
            .metricsRegistry(node.getNodeEngine().getMetricsRegistry())
            .threadNamePrefix(node.hazelcastInstance.getName())
            .errorHandler(
                new TcpServerConnectionChannelErrorHandler(
                    node.loggingService.getLogger(TcpServerConnectionChannelErrorHandler.class)))
            .inputThreadCount(properties.getInteger(ClusterProperty.IO_INPUT_THREAD_COUNT))
            .outputThreadCount(properties.getInteger(ClusterProperty.IO_OUTPUT_THREAD_COUNT))
            .balancerIntervalSeconds(
                properties.getInteger(ClusterProperty.IO_BALANCER_INTERVAL_SECONDS))
            .writeThroughEnabled(properties.getBoolean(ClusterProperty.IO_WRITE_THROUGH_ENABLED))
            .concurrencyDetection(node.getNodeEngine().getConcurrencyDetection()));
  }
}

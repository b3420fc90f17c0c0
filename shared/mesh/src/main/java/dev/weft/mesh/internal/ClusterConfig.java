package dev.weft.mesh.internal;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import dev.weft.mesh.ClusterOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/** Settings of Hazelcast and of the clustered event bus. */
final class ClusterConfig {
  private static final String HEARTBEAT_SECONDS = "1";
  private static final String MAX_SILENCE_SECONDS = "10";
  private static final String MERGE_SECONDS = "15";
  private static final int CONNECT_MILLIS = 5_000;

  /**
   * Hazelcast keeps members and their bus addresses, nothing else: few partitions and threads make
   * joins and migrations short.
   */
  static Config hazelcast(ClusterOptions options) {
    Config config = new Config();
    config.setClusterName(options.clusterName());
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(options.port()).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(options.host());
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setConnectionTimeoutSeconds(1) // until one of several that start at once takes the lead
        .setMembers(options.members());

    // What the Vert.x cluster manager uses.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(
        new MapConfig("__vertx.nodeInfo").setBackupCount(2).setReadBackupData(true));

    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
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

  static EventBusOptions bus(ClusterOptions options) {
    EventBusOptions bus =
        new EventBusOptions()
            .setHost(options.host())
            .setPort(options.busPort())
            .setTcpNoDelay(true);
    ClusterOptions.Tls tls = options.tls();
    if (tls != null) {
      bus.setSsl(true)
          .setKeyCertOptions(certificate(tls))
          .setTrustOptions(new PemTrustOptions().addCertPath(tls.caCertificate()))
          .setTrustAll(false) // the default trusts anybody
          .setClientAuth(ClientAuth.REQUIRED);
    }
    return bus;
  }

  /** Connections to the bus of another node. */
  static NetClientOptions toPeers(ClusterOptions options) {
    NetClientOptions client = new NetClientOptions().setConnectTimeout(CONNECT_MILLIS);
    ClusterOptions.Tls tls = options.tls();
    if (tls != null) {
      client
          .setSsl(true)
          .setKeyCertOptions(certificate(tls))
          .setTrustOptions(new PemTrustOptions().addCertPath(tls.caCertificate()))
          .setTrustAll(false)
          .setHostnameVerificationAlgorithm(""); // certificates name services, not hosts
    }
    return client;
  }

  private static PemKeyCertOptions certificate(ClusterOptions.Tls tls) {
    return new PemKeyCertOptions().addCertPath(tls.certificate()).addKeyPath(tls.privateKey());
  }

  private ClusterConfig() {}
}

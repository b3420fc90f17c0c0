package dev.weft.mesh.internal;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.hazelcast.LockedDown;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.trust.PeerTrust;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Settings of Hazelcast and of the clustered event bus. */
final class ClusterConfig {
  private static final int CONNECT_MILLIS = 5_000;

  /** Hazelcast keeps members and their bus addresses, nothing else. */
  static Config hazelcast(ClusterOptions options) {
    Config config =
        LockedDown.config(options.clusterName(), options.host(), options.port(), options.members());

    // What the Vert.x cluster manager uses.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(
        new MapConfig("__vertx.nodeInfo").setBackupCount(2).setReadBackupData(true));

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

  /**
   * Connections to the bus of another node.
   *
   * @param servers who is trusted; null for a cluster without certificates
   */
  static NetClientOptions toPeers(@Nullable ClientSSLOptions servers) {
    NetClientOptions client = new NetClientOptions().setConnectTimeout(CONNECT_MILLIS);
    if (servers != null) {
      client
          .setSsl(true)
          .setKeyCertOptions(servers.getKeyCertOptions())
          .setTrustOptions(servers.getTrustOptions())
          .setTrustAll(false)
          .setHostnameVerificationAlgorithm(servers.getHostnameVerificationAlgorithm());
    }
    return client;
  }

  /** Of all servers only the node that listens at the address by its record is trusted. */
  static ClientSSLOptions servers(ClusterOptions.Tls own, KnownNodes nodes)
      throws GeneralSecurityException {
    return new ClientSSLOptions()
        .setKeyCertOptions(certificate(own))
        .setTrustOptions(TrustOptions.wrap(new PeerTrust(nodes)))
        .setHostnameVerificationAlgorithm(""); // records name addresses, certificates name hosts
  }

  private static PemKeyCertOptions certificate(ClusterOptions.Tls tls) {
    return new PemKeyCertOptions().addCertPath(tls.certificate()).addKeyPath(tls.privateKey());
  }

  private ClusterConfig() {}
}

package dev.weft.mesh.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.NodeContext;
import dev.weft.mesh.ClusterOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Starts Hazelcast behind its door. */
public final class Members {

  /**
   * Starts an instance and joins; blocks until it has joined.
   *
   * @param tls the certificates of the cluster: only who has one is talked to, and what is said is
   *     encrypted. The cluster's name becomes one of its authority's. Null for neither, in tests on
   *     one machine
   * @throws IOException when a file cannot be read
   * @throws GeneralSecurityException when what is in one cannot be used, or no member would accept
   *     the certificate
   */
  public static HazelcastInstance start(Config config, ClusterOptions.@Nullable Tls tls)
      throws IOException, GeneralSecurityException {
    NodeContext context = new DefaultNodeContext();
    if (tls != null) {
      MemberTls own = MemberTls.of(tls);
      check(own, tls);
      config.setClusterName(config.getClusterName() + "-" + own.authority());
      context =
          new MemberNodeContext(new MemberDoor(own, new RefusedConnections(System::nanoTime)::add));
    }
    return HazelcastInstanceFactory.newHazelcastInstance(config, config.getInstanceName(), context);
  }

  private static void check(MemberTls own, ClusterOptions.Tls tls)
      throws IOException, GeneralSecurityException {
    try {
      own.check();
    } catch (SSLException e) {
      throw new CertificateException(
          "no other member would accept "
              + tls.certificate()
              + ": "
              + tls.caCertificate()
              + " did not sign it, or it has ended, or the key is another's ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private Members() {}
}

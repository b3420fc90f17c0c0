package dev.weft.mesh.hazelcast;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;
import java.io.IOException;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/**
 * Puts TLS around what Hazelcast says on a channel. A channel that has not passed the door ends.
 */
final class MemberNodeExtension extends DefaultNodeExtension {
  private final MemberDoor door;

  MemberNodeExtension(Node node, MemberDoor door) {
    super(node);
    this.door = door;
  }

  @Override
  public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(
      ServerContext context) {
    Function<EndpointQualifier, ChannelInitializer> plain =
        super.createChannelInitializerFn(context);
    return qualifier -> {
      ChannelInitializer inner = plain.apply(qualifier);
      return channel -> initialise(channel, inner);
    };
  }

  private void initialise(Channel channel, ChannelInitializer inner) throws Exception {
    SSLEngine engine = door.take(channel.socket().getChannel());
    if (engine == null) {
      throw new IOException("a connection that did not come through the door");
    }
    channel.inboundPipeline().addLast(new TlsDecoder(engine));
    inner.initChannel(channel);
    channel.outboundPipeline().addLast(new TlsEncoder(engine));
  }
}
